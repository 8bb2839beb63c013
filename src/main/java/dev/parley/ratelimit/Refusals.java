package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.AuditEvent;
import dev.parley.security.BodyRefused;
import dev.parley.security.Caller;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Says no, counts it by the limit ({@code parley_rate_limited_total{limit}}), and tells the audit
 * trail of who goes on all the same: one entry when the same limit has refused the same one {@value
 * #PERSISTENT} times within a minute, and no other in that minute. Any thread; never blocks.
 */
@ApplicationScoped
public class Refusals {
  /** A page that opens may meet a limit a few times; who is refused so often does not listen. */
  static final int PERSISTENT = 20;

  /** Who is watched; each takes about 200 bytes. Beyond it the longest unseen begin anew. */
  private static final int MAX_WATCHED = 10_000;

  @Inject MeterRegistry registry;

  /** Not the wall clock, which may be set back. */
  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private Consumer<AuditEvent> audit = event -> {};

  private record Watched(String limit, Refused who) {}

  private final Cache<Watched, AtomicInteger> watched =
      Caffeine.newBuilder()
          .maximumSize(MAX_WATCHED)
          .expireAfterWrite(Duration.ofMinutes(1))
          .ticker(() -> time.currentTimeNanos())
          .build();

  @Inject
  void use(Event<AuditEvent> events) {
    audit = events::fire;
  }

  /** Who is told of those who go on. */
  void tell(Consumer<AuditEvent> listener) {
    audit = listener;
  }

  /** Too many at a time: {@code limit_exceeded}, with the time after which to try again. */
  public CommandRejected tooMany(String limit, Caller caller, String text, long retryAfterMs) {
    count(limit, Refused.caller(caller));
    return new CommandRejected(ErrorCode.LIMIT_EXCEEDED, text, retryAfterMs, null);
  }

  /** Too many at a time: {@code limit_exceeded}; later is no better. */
  public CommandRejected tooMany(String limit, Caller caller, String text) {
    count(limit, Refused.caller(caller));
    return new CommandRejected(ErrorCode.LIMIT_EXCEEDED, text);
  }

  void body(@Observes BodyRefused body) {
    Caller caller = body.caller();
    count(body.limit(), caller == null ? Refused.address(body.address()) : Refused.caller(caller));
  }

  /** Too often: {@code rate_limited}, with the time after which to try again. */
  CommandRejected tooOften(String limit, Refused who, String text, long nanos) {
    count(limit, who);
    return tooOften(text, nanos);
  }

  static CommandRejected tooOften(String text, long nanos) {
    return new CommandRejected(
        ErrorCode.RATE_LIMITED, text, 1 + TimeUnit.NANOSECONDS.toMillis(nanos), null);
  }

  /** The limit has refused somebody. */
  public void count(String limit, Refused who) {
    registry.counter("parley.rate.limited", "limit", limit).increment();
    watch(limit, who);
  }

  /** The same, where it is counted elsewhere. */
  void watch(String limit, Refused who) {
    note(limit, who, PERSISTENT);
  }

  /** Somebody's patience with whom has ended: that is worth an entry at once. */
  void ended(String limit, Refused who) {
    registry.counter("parley.rate.limited", "limit", limit).increment();
    note(limit, who, 1);
  }

  private void note(String limit, Refused who, int from) {
    int times = watched.get(new Watched(limit, who), any -> new AtomicInteger()).incrementAndGet();
    if (times == from) {
      audit.accept(who.event(limit));
    }
  }
}
