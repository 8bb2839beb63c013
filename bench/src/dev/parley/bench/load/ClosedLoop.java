package dev.parley.bench.load;

/**
 * In each channel so many messages are under way: the next is published when everybody has received
 * one of them.
 */
public final class ClosedLoop implements Pace {
  private final int window;
  private final long limit;
  private long begun;
  private boolean running;

  public ClosedLoop(int window) {
    this(window, Long.MAX_VALUE);
  }

  /**
   * @param limit how many messages there are in all
   */
  public ClosedLoop(int window, long limit) {
    this.window = window;
    this.limit = limit;
  }

  @Override
  public void begin(Crowd crowd) {
    running = true;
    begun = 0;
    stuck(crowd);
  }

  @Override
  public void delivered(Crowd crowd, ClientConnection member, int sequence) {
    Audience audience = member.audience();
    if (running && audience.completes(sequence)) {
      publish(crowd, audience);
    }
  }

  @Override
  public void stuck(Crowd crowd) {
    if (running) {
      for (Audience audience : crowd.audiences()) {
        for (int i = 0; i < window; i++) {
          publish(crowd, audience);
        }
      }
    }
  }

  private void publish(Crowd crowd, Audience audience) {
    if (begun < limit) {
      begun++;
      crowd.publish(audience, audience.publisher(), System.nanoTime());
    }
  }

  @Override
  public boolean isFinished() {
    return begun >= limit;
  }

  @Override
  public void end() {
    running = false;
  }
}
