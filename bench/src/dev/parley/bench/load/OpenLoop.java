package dev.parley.bench.load;

import java.util.concurrent.TimeUnit;

/**
 * Messages at even distances, to the channels in turn, however long they take. Times count from
 * when a message was due, so that waiting is not left out.
 */
public final class OpenLoop implements Pace {
  private final double perSecond;
  private long begin;
  private long count;
  private boolean running;

  public OpenLoop(double perSecond) {
    this.perSecond = perSecond;
  }

  @Override
  public void begin(Crowd crowd) {
    begin = System.nanoTime();
    count = 0;
    running = true;
    next(crowd);
  }

  private long due() {
    return begin + (long) (count * 1e9 / perSecond);
  }

  private void next(Crowd crowd) {
    if (!running) {
      return;
    }
    while (due() - System.nanoTime() <= 0) {
      Audience audience = crowd.audiences().get((int) (count % crowd.audiences().size()));
      crowd.publish(audience, audience.publisher(), due());
      count++;
    }
    crowd.generator().later(() -> next(crowd), due() - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void end() {
    running = false;
  }
}
