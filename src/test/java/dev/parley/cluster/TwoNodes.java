package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import dev.parley.testkit.Recorder;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** Two nodes as if they were one bus: what is announced on one is heard on the other. */
record TwoNodes(JedisClusterBus teller, JedisClusterBus hearer) implements ClusterBus {
  @Override
  public void listen(BusListener listener) {
    hearer.listen(listener);
  }

  @Override
  public void announce(Envelope envelope) {
    teller.announce(envelope);
    // Otherwise it could be sent after a subscribe that the test makes later.
    long deadline = System.nanoTime() + Recorder.PATIENCE.toNanos();
    while (!teller.isIdle() && System.nanoTime() < deadline) {
      // Many threads wait here at once; spinning would take the processors from the bus.
      LockSupport.parkNanos(50_000);
    }
  }

  @Override
  public CompletionStage<Void> subscribe(ChannelKey channel) {
    return hearer.subscribe(channel);
  }

  @Override
  public void unsubscribe(ChannelKey channel) {
    hearer.unsubscribe(channel);
  }

  @Override
  public Duration outage() {
    return teller.outage().plus(hearer.outage());
  }
}
