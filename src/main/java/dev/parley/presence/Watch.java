package dev.parley.presence;

import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Reader;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.ServerFrame.PresenceList;
import java.util.List;

/**
 * One reader that is told who comes into a channel and goes. It has a list and gets every change of
 * it after that, once and in order. When its connection is too slow for that it gets nothing until
 * it has drained, and then a new list. On the reader's dispatcher, but for {@link #tell}.
 */
final class Watch {
  private final Rooms rooms;
  private final ChannelKey channel;
  private final Reader reader;

  /** How far the reader's list goes. */
  private long position;

  private boolean behind;
  private boolean ended;

  Watch(Rooms rooms, ChannelKey channel, Reader reader) {
    this.rooms = rooms;
    this.channel = channel;
    this.reader = reader;
  }

  Reader reader() {
    return reader;
  }

  /** The reader gets a list that goes as far as this. */
  void begin(long listed) {
    position = listed;
    behind = false;
  }

  /** The reader has left the channel: it gets nothing of what is still on its way. */
  void end() {
    ended = true;
  }

  /** Changes are on their way; any thread. */
  void tell(long changed, List<OutboundFrame> frames) {
    reader.execute(() -> deliver(changed, frames));
  }

  private void deliver(long changed, List<OutboundFrame> frames) {
    // Changes that were on their way when the list was made are in it.
    if (ended || behind || changed <= position) {
      return;
    }
    for (OutboundFrame frame : frames) {
      if (!reader.offer(channel, frame)) {
        fallBehind();
        return;
      }
    }
    position = changed;
  }

  private void fallBehind() {
    behind = true;
    reader.whenDrained(this::catchUp);
  }

  private void catchUp() {
    if (ended || !behind) {
      return;
    }
    List<PresentUser> users = rooms.again(channel, this);
    if (users != null && !reader.offer(channel, list(channel, users))) {
      fallBehind();
    }
  }

  /** A list as a push. */
  static OutboundFrame list(ChannelKey channel, List<PresentUser> users) {
    String json = JsonWriter.push(new PresenceList(channel.name(), users));
    return OutboundFrame.control("presence", json);
  }
}
