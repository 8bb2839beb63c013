package dev.parley.delivery;

import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.PresentUser;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wants to know who reads what on this node. A feature is told by being a bean of this type;
 * delivery knows nothing else about it. What is about a reader is called on the reader's
 * dispatcher, one after the other, and must not block.
 */
public interface Audience {
  /** Nobody wants to know. */
  Audience NONE = new NoAudience();

  /** The reader belongs to somebody now, or is told so again. */
  void arrived(Reader reader);

  /** The reader has ended, without leaving its channels before. */
  void gone(Reader reader);

  /** The reader gets the channel's messages; perhaps it did before. */
  void joined(Reader reader, ChannelKey channel);

  /** The reader gets them no longer, and lives on; or it is gone already. */
  void left(Reader reader, ChannelKey channel);

  /**
   * Tells the reader from now on who comes into the channel and goes.
   *
   * @return who is there, before everything that is told; null when that is not known here
   */
  @Nullable List<PresentUser> watch(Reader reader, ChannelKey channel);

  /** A signal for the channel has come over the bus. On the bus's thread; must not block. */
  void heard(Envelope signal);

  /**
   * Whether an envelope without a position is a signal and no message. Its event begins with a
   * space, which no message's event can have, so no client can forge one.
   */
  static boolean isSignal(Envelope envelope) {
    return envelope.event().startsWith(" ");
  }

  /** The one there is. */
  static Audience of(Instance<Audience> features) {
    return features.isResolvable() ? features.get() : NONE;
  }
}
