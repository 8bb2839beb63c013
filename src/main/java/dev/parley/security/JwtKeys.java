package dev.parley.security;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that verify tokens. Keys in the configuration are parsed once; keys at a location are
 * cached, read again when a token names an unknown one, and kept while the location does not
 * answer. Any thread; may block while the location is read.
 */
final class JwtKeys implements JWKSource<SecurityContext> {
  /** How long keys are used before they are read again: MicroProfile servers use the same. */
  private static final Duration TTL = Duration.ofMinutes(5);

  /** How long a handshake waits for another one's reading. */
  private static final Duration LOCK = Duration.ofSeconds(5);

  /** Tokens with invented key ids cause at most one reading in this time. */
  static final Duration BETWEEN_REFRESHES = Duration.ofMinutes(1);

  /** How long old keys serve when the location is out of reach: longer than most outages. */
  private static final Duration OUTAGE = Duration.ofHours(4);

  private final JWKSource<SecurityContext> source;
  private final @Nullable KeyLocation location;

  private JwtKeys(JWKSource<SecurityContext> source, @Nullable KeyLocation location) {
    this.source = source;
    this.location = location;
  }

  /**
   * @throws IllegalArgumentException when {@code mp.jwt.verify.publickey} is not a public key
   */
  static JwtKeys of(JwtSettings settings) {
    if (settings.key() != null) {
      return new JwtKeys(configured(settings.key()), null);
    }
    if (settings.location() != null) {
      KeyLocation location = new KeyLocation(settings.location());
      return new JwtKeys(cached(location), location);
    }
    throw new IllegalArgumentException("no key is configured");
  }

  /** Whether the last reading has succeeded. */
  boolean isReachable() {
    return location == null || location.isReachable();
  }

  private static JWKSource<SecurityContext> configured(String key) {
    try {
      return new ImmutableJWKSet<>(KeyText.parse(key));
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          JwtSettings.KEY + " must be a public key as PEM or JWK: " + e.getMessage(), e);
    }
  }

  private static JWKSource<SecurityContext> cached(KeyLocation location) {
    return JWKSourceBuilder.create(new SeldomRefresh(location, BETWEEN_REFRESHES, System::nanoTime))
        .cache(TTL.toMillis(), LOCK.toMillis())
        // It would start threads that the server does not know.
        .refreshAheadCache(false)
        .rateLimited(false)
        .outageTolerant(OUTAGE.toMillis())
        .build();
  }

  /** Keys without an id, such as PEM, fit tokens with any. */
  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    JWKMatcher matcher = selector.getMatcher();
    if (matcher.getKeyIDs() == null) {
      return source.get(selector, context);
    }
    JWKMatcher anyId = new JWKMatcher.Builder(matcher).keyIDs((Set<String>) null).build();
    List<JWK> nameless =
        source.get(new JWKSelector(anyId), context).stream()
            .filter(key -> key.getKeyID() == null)
            .toList();
    return nameless.isEmpty() ? source.get(selector, context) : nameless;
  }
}
