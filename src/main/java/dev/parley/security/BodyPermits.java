package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many request bodies may be under way: from one caller, and in all. A server reads a body with
 * a thread that waits for it, so as many bodies that trickle as there are threads would stop
 * everything. What has arrived in full needs no permit, so nobody who sends at a usual pace ever
 * meets the limits. Any thread; never waits.
 */
@ApplicationScoped
class BodyPermits {
  private static final Set<String> WITHOUT = Set.of("GET", "HEAD", "OPTIONS");

  /** After so many milliseconds it is worth another try. */
  private static final long RETRY_MS = 1_000;

  @Inject SecuritySettings settings;
  @Inject MeterRegistry registry;

  private final AtomicInteger all = new AtomicInteger();

  /** Bounded by the permits in all. */
  private final ConcurrentMap<Object, Integer> held = new ConcurrentHashMap<>();

  /**
   * The request to go on with.
   *
   * @param who whose permits it takes
   * @throws CommandRejected with {@code too_large} for a body that says that it is, {@code
   *     limit_exceeded} or {@code unavailable} when there is no permit
   */
  HttpServletRequest limit(HttpServletRequest request, Object who) {
    if (WITHOUT.contains(request.getMethod()) || hasArrived(request)) {
      return request;
    }
    if (request.getContentLengthLong() > SecuritySettings.MAX_BODY) {
      throw new CommandRejected(ErrorCode.TOO_LARGE, "the body is too large");
    }
    take(who);
    return new LimitedRequest(request, settings.bodyTimeout, () -> giveBack(who));
  }

  /** The permit of a request that is answered. */
  static void release(HttpServletRequest request) {
    if (request instanceof LimitedRequest limited) {
      limited.release();
    }
  }

  private static boolean hasArrived(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    if (length == 0 || (length < 0 && request.getHeader("Transfer-Encoding") == null)) {
      return true;
    }
    try {
      ServletInputStream in = request.getInputStream();
      return length > 0 && in.available() >= length;
    } catch (IOException | IllegalStateException e) {
      return false;
    }
  }

  private void take(Object who) {
    boolean[] taken = new boolean[1];
    held.compute(
        who,
        (any, count) -> {
          int had = count == null ? 0 : count;
          taken[0] = had < settings.bodiesPerCaller;
          return taken[0] ? had + 1 : count;
        });
    if (!taken[0]) {
      throw refused(ErrorCode.LIMIT_EXCEEDED, "bodies_caller");
    }
    if (all.incrementAndGet() > settings.bodies) {
      giveBack(who);
      throw refused(ErrorCode.UNAVAILABLE, "bodies");
    }
  }

  private void giveBack(Object who) {
    all.decrementAndGet();
    held.computeIfPresent(who, (any, count) -> count == 1 ? null : count - 1);
  }

  private CommandRejected refused(ErrorCode code, String limit) {
    registry.counter("parley.rate.limited", "limit", limit).increment();
    return new CommandRejected(code, "too many bodies are under way", RETRY_MS, null);
  }
}
