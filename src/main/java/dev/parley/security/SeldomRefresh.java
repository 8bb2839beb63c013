package dev.parley.security;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key set again for an unknown key at most once in an interval, whatever tokens name, so
 * that nobody floods the identity provider through this server. What was never read, or has grown
 * old, is read in any case. Any thread.
 */
final class SeldomRefresh implements JWKSetSource<SecurityContext> {
  private final JWKSetSource<SecurityContext> source;
  private final long interval;
  private final LongSupplier nanos;
  private @Nullable JWKSet last;
  private long refreshedAt;
  private boolean refreshed;

  SeldomRefresh(JWKSetSource<SecurityContext> source, Duration interval, LongSupplier nanos) {
    this.source = source;
    this.interval = interval.toNanos();
    this.nanos = nanos;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
      throws KeySourceException {
    if (isForUnknownKey(refresh)) {
      take();
    }
    JWKSet keys = source.getJWKSet(refresh, now, context);
    remember(keys);
    return keys;
  }

  /** The cache asks so when the set that it has does not help. */
  private synchronized boolean isForUnknownKey(JWKSetCacheRefreshEvaluator refresh) {
    return last != null && refresh.requiresRefresh(last);
  }

  private synchronized void take() throws RateLimitReachedException {
    long now = nanos.getAsLong();
    if (refreshed && now - refreshedAt < interval) {
      throw new RateLimitReachedException();
    }
    refreshed = true;
    refreshedAt = now;
  }

  private synchronized void remember(JWKSet keys) {
    last = keys;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
