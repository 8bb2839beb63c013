package dev.parley.bench.load;

/** Says when the next message is published. The generator's thread only. */
public interface Pace {
  /** Begins to publish. */
  void begin(Crowd crowd);

  /** A member has received a message for the first time. */
  default void delivered(Crowd crowd, ClientConnection member, int sequence) {}

  /** A second has passed in which nothing was delivered. */
  default void stuck(Crowd crowd) {}

  /** Whether it has nothing more to publish. */
  default boolean isFinished() {
    return false;
  }

  /** Publishes no more. */
  void end();
}
