package dev.parley.bench.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A channel, and who is subscribed to it. The generator's thread only. */
final class Audience {
  /** More than are ever in flight. */
  private static final int SLOTS = 1 << 13;

  private final int number;
  private final String channel;
  private final List<ClientConnection> members = new ArrayList<>();
  private final int[] slots = new int[SLOTS];
  private final int[] left = new int[SLOTS];
  private @Nullable ClientConnection publisher;
  private int nextSequence;

  Audience(int number, String channel) {
    this.number = number;
    this.channel = channel;
  }

  int number() {
    return number;
  }

  String channel() {
    return channel;
  }

  void publishedBy(ClientConnection connection) {
    publisher = connection;
  }

  ClientConnection publisher() {
    if (publisher == null) {
      throw new IllegalStateException("the members publish");
    }
    return publisher;
  }

  List<ClientConnection> members() {
    return members;
  }

  int nextSequence() {
    return nextSequence;
  }

  /** The number of the next message; from here on everybody in the audience must get it. */
  int advance() {
    int sequence = nextSequence++;
    slots[sequence & SLOTS - 1] = sequence;
    left[sequence & SLOTS - 1] = members.size();
    return sequence;
  }

  /** Whether that was the last one who waited for the message. */
  boolean completes(int sequence) {
    int slot = sequence & SLOTS - 1;
    return slots[slot] == sequence && --left[slot] == 0;
  }
}
