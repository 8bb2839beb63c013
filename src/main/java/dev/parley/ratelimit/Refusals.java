package dev.parley.ratelimit;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;

/** Says no, and counts it by the limit: {@code parley_rate_limited_total{limit}}. Any thread. */
@ApplicationScoped
public class Refusals {
  @Inject MeterRegistry registry;

  /** Too many at a time: {@code limit_exceeded}, with the time after which to try again. */
  public CommandRejected tooMany(String limit, String text, long retryAfterMs) {
    count(registry, limit);
    return new CommandRejected(ErrorCode.LIMIT_EXCEEDED, text, retryAfterMs, null);
  }

  static CommandRejected tooOften(String text, long nanos) {
    return new CommandRejected(
        ErrorCode.RATE_LIMITED, text, 1 + TimeUnit.NANOSECONDS.toMillis(nanos), null);
  }

  static void count(MeterRegistry registry, String limit) {
    registry.counter("parley.rate.limited", "limit", limit).increment();
  }
}
