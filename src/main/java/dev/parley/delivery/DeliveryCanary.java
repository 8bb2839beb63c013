package dev.parley.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Finds out whether delivery still moves. */
@ApplicationScoped
public class DeliveryCanary {
  @Inject Dispatchers dispatchers;

  /** Whether every dispatcher gets to a task within this time. Blocks for as long at most. */
  public boolean sings(Duration patience) {
    CountDownLatch alive = new CountDownLatch(dispatchers.all().size());
    dispatchers.all().forEach(dispatcher -> dispatcher.execute(alive::countDown));
    try {
      return alive.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
