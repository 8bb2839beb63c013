package dev.parley.bench.load;

import dev.parley.bench.measure.Latencies;

/**
 * Publishers in a closed loop: each waits for the answer to one message before it sends the next.
 */
public interface PublishLoad extends AutoCloseable {
  /** How it went; times in microseconds. */
  record Run(long published, long failed, double seconds, double p50, double p99) {
    static Run of(Latencies latencies, long failed, long nanos) {
      return new Run(
          latencies.count(), failed, nanos / 1e9, latencies.micros(0.50), latencies.micros(0.99));
    }
  }

  /** Publishes for so long. */
  Run run(long millis) throws InterruptedException;

  @Override
  void close();
}
