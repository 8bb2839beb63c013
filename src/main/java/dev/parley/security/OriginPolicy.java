package dev.parley.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call (RFC 6454). Browsers open WebSockets across origins without asking, so the
 * server has to look at {@code Origin} itself (RFC 6455, section 10.2; CWE-1385).
 *
 * <ul>
 *   <li>No {@code Origin}: not a browser, or a plain request of the same origin. Allowed.
 *   <li>The host and port of the {@code Host} header: allowed; over TLS the page must be {@code
 *       https} too, because anyone on the way can write into an {@code http} page.
 *   <li>An origin of the configured list, compared whole. There are no wildcards.
 *   <li>Anything else, {@code null} and what cannot be parsed included: refused.
 * </ul>
 *
 * <p>Any thread.
 */
final class OriginPolicy {
  private final Set<Origin> allowed;

  /** An origin in normal form: lower case, the port always given. */
  private record Origin(String scheme, String host, int port) {}

  /**
   * @throws IllegalArgumentException when one of them is not an origin; the message names it
   */
  OriginPolicy(Collection<String> allowed) {
    this.allowed = allowed.stream().map(OriginPolicy::configured).collect(Collectors.toSet());
  }

  /**
   * @param secure whether the request itself came over TLS, as far as this server can see
   */
  boolean allows(@Nullable String originHeader, @Nullable String hostHeader, boolean secure) {
    if (originHeader == null) {
      return true;
    }
    Origin origin = parse(originHeader);
    if (origin == null) {
      return false;
    }
    return allowed.contains(origin) || isSame(origin, hostHeader, secure);
  }

  private static boolean isSame(Origin origin, @Nullable String hostHeader, boolean secure) {
    if (hostHeader == null || (secure && !origin.scheme.equals("https"))) {
      return false;
    }
    // A Host without a port means the default port of the scheme that the browser used. Behind a
    // proxy that ends TLS, only the Origin still knows which one that was.
    return origin.equals(parse(origin.scheme + "://" + hostHeader));
  }

  private static @Nullable Origin parse(String text) {
    URI uri;
    try {
      uri = new URI(text.trim());
    } catch (URISyntaxException e) {
      return null;
    }
    String scheme = uri.getScheme();
    String host = uri.getHost();
    if (scheme == null || host == null || hasMore(uri)) {
      return null;
    }
    scheme = scheme.toLowerCase(Locale.ROOT);
    int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort(scheme);
    return port < 0 ? null : new Origin(scheme, host.toLowerCase(Locale.ROOT), port);
  }

  private static boolean hasMore(URI uri) {
    return uri.getRawUserInfo() != null
        || !uri.getRawPath().isEmpty()
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null;
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "https" -> 443;
      case "http" -> 80;
      default -> -1;
    };
  }

  private static Origin configured(String text) {
    Origin origin = parse(text);
    if (origin == null) {
      throw new IllegalArgumentException(
          "parley.security.allowed-origins must list origins such as https://app.example.com,"
              + " but has '"
              + text
              + "'");
    }
    return origin;
  }
}
