package dev.parley.security;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys from where {@code mp.jwt.verify.publickey.location} points: {@code http:}, {@code
 * https:} or {@code file:}, else the class path, else a plain path. Each call reads anew; caching,
 * limits and outages are the business of what is put around it.
 */
final class KeyLocation implements JWKSetSource<SecurityContext> {
  private static final System.Logger LOG = System.getLogger(KeyLocation.class.getName());

  /** Milliseconds to connect and to read: a handshake waits for it when nothing is cached. */
  private static final int TIMEOUT = 2000;

  /** A key set of a hundred keys has about this many bytes; more is no key set. */
  private static final int MAX_BYTES = 128 * 1024;

  private final String location;
  private final DefaultResourceRetriever http =
      new DefaultResourceRetriever(TIMEOUT, TIMEOUT, MAX_BYTES);

  private volatile boolean reachable = true;

  KeyLocation(String location) {
    this.location = location;
  }

  /** Whether the last attempt to read has succeeded; true before the first. */
  boolean isReachable() {
    return reachable;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
      throws KeySourceException {
    try {
      JWKSet keys = KeyText.parse(text());
      reachable = true;
      return keys;
    } catch (IOException | ParseException | IllegalArgumentException e) {
      reachable = false;
      LOG.log(
          Level.WARNING,
          "Token keys cannot be read from {0}: {1}",
          location,
          e.getClass().getSimpleName() + " " + e.getMessage());
      throw new JWKSetUnavailableException("keys cannot be read", e);
    }
  }

  private String text() throws IOException {
    if (location.startsWith("http:") || location.startsWith("https:")) {
      return http.retrieveResource(URI.create(location).toURL()).getContent();
    }
    if (location.startsWith("file:")) {
      return text(Files.newInputStream(Path.of(URI.create(location))));
    }
    InputStream resource = resource(location);
    return text(resource == null ? Files.newInputStream(Path.of(location)) : resource);
  }

  private static @Nullable InputStream resource(String location) {
    String name = location.startsWith("classpath:") ? location.substring(10) : location;
    String relative = name.startsWith("/") ? name.substring(1) : name;
    return KeyLocation.class.getClassLoader().getResourceAsStream(relative);
  }

  private static String text(InputStream in) throws IOException {
    try (in) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new NoSuchFileException("more than " + MAX_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    // Nothing stays open between calls.
  }
}
