package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many request bodies may be under way: from one caller, and in all. A server reads a body with
 * a thread that waits for it, so as many bodies that trickle as there are threads would stop
 * everything. What has arrived in full needs no permit, so nobody who sends at a usual pace ever
 * meets the limits. Any thread; never waits.
 */
@ApplicationScoped
class BodyPermits {
  private static final Set<String> WITHOUT = Set.of("GET", "HEAD", "OPTIONS");

  private static final String OF_ONE = "bodies_caller";
  private static final String OF_ALL = "bodies";

  /** After so many milliseconds it is worth another try. */
  private static final long RETRY_MS = 1_000;

  @Inject SecuritySettings settings;
  @Inject Event<BodyRefused> refused;

  private final AtomicInteger all = new AtomicInteger();

  /** Bounded by the permits in all. */
  private final ConcurrentMap<Object, Integer> held = new ConcurrentHashMap<>();

  /**
   * The request to go on with.
   *
   * @param principal whose permits it takes; null when it takes those of the address
   * @throws CommandRejected with {@code too_large} for a body that says that it is, {@code
   *     limit_exceeded} or {@code unavailable} when there is no permit
   */
  HttpServletRequest limit(
      HttpServletRequest request, @Nullable CallerPrincipal principal, ClientAddress address) {
    if (WITHOUT.contains(request.getMethod()) || hasArrived(request)) {
      return request;
    }
    if (request.getContentLengthLong() > SecuritySettings.MAX_BODY) {
      throw new CommandRejected(ErrorCode.TOO_LARGE, "the body is too large");
    }
    Object who = principal == null ? address : principal.identity();
    String full = take(who);
    if (full != null) {
      refused.fire(new BodyRefused(full, principal == null ? null : principal.caller(), address));
      throw refusal(full);
    }
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

  /** Which limit there is no permit of; null when there was one of each. */
  private @Nullable String take(Object who) {
    boolean[] taken = new boolean[1];
    held.compute(
        who,
        (any, count) -> {
          int had = count == null ? 0 : count;
          taken[0] = had < settings.bodiesPerCaller;
          return taken[0] ? had + 1 : count;
        });
    if (!taken[0]) {
      return OF_ONE;
    }
    if (all.incrementAndGet() > settings.bodies) {
      giveBack(who);
      return OF_ALL;
    }
    return null;
  }

  private void giveBack(Object who) {
    all.decrementAndGet();
    held.computeIfPresent(who, (any, count) -> count == 1 ? null : count - 1);
  }

  private static CommandRejected refusal(String limit) {
    ErrorCode code = limit.equals(OF_ONE) ? ErrorCode.LIMIT_EXCEEDED : ErrorCode.UNAVAILABLE;
    return new CommandRejected(code, "too many bodies are under way", RETRY_MS, null);
  }
}
