package dev.parley.presence;

import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Reader;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.PresenceEvent;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.ServerFrame.PresenceChange;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is in one channel, and what its watchers on this node have been told of that. Changes gather
 * and leave together, each person's as one: a watcher costs the same for one change as for a
 * hundred. Inside {@link Rooms} only.
 */
final class Room {
  /** Changes of one kind that are told one by one; above, they share pushes. */
  static final int TOLD_ALONE = 8;

  /** People of one push: about 50 KB. */
  static final int TOLD_TOGETHER = 500;

  /** Readers that are told who types: where more read, nobody waits for one person's word. */
  static final int MAX_TOLD_OF_TYPING = 1_000;

  /** After telling so many watchers for so long nothing more is told. */
  private static final long REST_PER_WATCHER = TimeUnit.MILLISECONDS.toNanos(1);

  final Set<Reader> readers = new LinkedHashSet<>(4);

  private final Map<Reader, Watch> watches = new LinkedHashMap<>(4);
  private final TreeMap<String, PresentUser> people = new TreeMap<>();

  /** What was told last of those who have changed since; empty when they were not there. */
  private final Map<String, Optional<PresentUser>> told = new HashMap<>(0);

  private long position;
  private boolean resting;
  private long restsUntil;

  /** Notes a change; true when there are watchers to be told. */
  boolean set(UserId user, @Nullable PresentUser how) {
    PresentUser before = how == null ? people.remove(user.value()) : people.put(user.value(), how);
    if (watches.isEmpty()) {
      return false;
    }
    told.putIfAbsent(user.value(), Optional.ofNullable(before));
    return true;
  }

  int size() {
    return people.size();
  }

  boolean isEmpty() {
    return people.isEmpty() && readers.isEmpty() && watches.isEmpty();
  }

  boolean isWatchedBy(Reader reader) {
    return watches.containsKey(reader);
  }

  List<PresentUser> watch(Reader reader, Watch fresh) {
    Watch watch = watches.computeIfAbsent(reader, key -> fresh);
    watch.begin(position);
    return lastTold();
  }

  @Nullable List<PresentUser> again(Watch watch) {
    if (watches.get(watch.reader()) != watch) {
      return null;
    }
    watch.begin(position);
    return lastTold();
  }

  /** Everybody as the watchers know them. */
  private List<PresentUser> lastTold() {
    if (told.isEmpty()) {
      return List.copyOf(people.values());
    }
    TreeMap<String, PresentUser> then = new TreeMap<>(people);
    told.forEach(
        (id, user) -> user.ifPresentOrElse(one -> then.put(id, one), () -> then.remove(id)));
    return List.copyOf(then.values());
  }

  void leave(Reader reader) {
    readers.remove(reader);
    Watch watch = watches.remove(reader);
    if (watch != null) {
      watch.end();
    }
    if (watches.isEmpty()) {
      told.clear();
    }
  }

  boolean isDue(long now) {
    return !resting || now - restsUntil >= 0;
  }

  void flush(ChannelName channel, long now, long mostRest) {
    List<OutboundFrame> frames = frames(channel);
    told.clear();
    if (!frames.isEmpty()) {
      position++;
      watches.values().forEach(watch -> watch.tell(position, frames));
      restsUntil = now + Math.min(mostRest, watches.size() * REST_PER_WATCHER);
      resting = true;
    }
  }

  private List<OutboundFrame> frames(ChannelName channel) {
    Map<PresenceEvent, List<PresentUser>> changes = new EnumMap<>(PresenceEvent.class);
    told.forEach(
        (id, before) -> {
          PresentUser then = before.orElse(null);
          PresentUser now = people.get(id);
          if (now != null && !now.equals(then)) {
            PresenceEvent event = then == null ? PresenceEvent.JOIN : PresenceEvent.UPDATE;
            changes.computeIfAbsent(event, first -> new ArrayList<>()).add(now);
          } else if (now == null && then != null) {
            changes.computeIfAbsent(PresenceEvent.LEAVE, first -> new ArrayList<>()).add(then);
          }
        });
    List<OutboundFrame> frames = new ArrayList<>();
    changes.forEach((event, users) -> frames.addAll(frames(channel, event, users)));
    return frames;
  }

  private static List<OutboundFrame> frames(
      ChannelName channel, PresenceEvent event, List<PresentUser> users) {
    int together = users.size() <= TOLD_ALONE ? 1 : TOLD_TOGETHER;
    List<OutboundFrame> frames = new ArrayList<>();
    for (int i = 0; i < users.size(); i += together) {
      List<PresentUser> some = users.subList(i, Math.min(users.size(), i + together));
      frames.add(
          OutboundFrame.control(
              "presence", JsonWriter.push(new PresenceChange(channel, event, List.copyOf(some)))));
    }
    return frames;
  }

  /** Whether a connection of this person on this node is in the channel. */
  boolean isReadBy(UserId user) {
    for (Reader reader : readers) {
      Caller caller = reader.caller();
      if (caller != null && caller.user().equals(user)) {
        return true;
      }
    }
    return false;
  }

  /** Tells those who have been here longest, but for one person. */
  void tell(ChannelKey channel, OutboundFrame frame, UserId but) {
    int told = 0;
    for (Reader reader : readers) {
      Caller caller = reader.caller();
      if (caller != null && !caller.user().equals(but)) {
        if (++told > MAX_TOLD_OF_TYPING) {
          return;
        }
        reader.execute(
            () -> {
              boolean unused = reader.offer(channel, frame);
            });
      }
    }
  }

  PresencePage page(String after, int limit) {
    List<PresentUser> users = people.tailMap(after, false).values().stream().limit(limit).toList();
    boolean last =
        users.isEmpty() || people.lastKey().equals(users.get(users.size() - 1).user().id());
    return new PresencePage(
        users, people.size(), last ? null : users.get(users.size() - 1).user().id());
  }
}
