package dev.parley.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * Tells browsers what answers of Parley may do: nothing but what its own page needs. Before all
 * other filters ({@code web.xml}), so that refusals have the headers too; answers of the WebSocket
 * handshake do without them. And no method that repeats a request, with its credential, to whoever
 * asks.
 *
 * <p>There is no {@code Strict-Transport-Security}: it belongs to whoever ends TLS.
 */
public class SecurityHeaders extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** No inline script or style, no foreign resource, no frame around or inside, no plain HTML. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'";

  static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy", POLICY,
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
          "Referrer-Policy", "no-referrer",
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!request.getServletPath().equals(HandshakeFilter.SOCKET)) {
      HEADERS.forEach(response::setHeader);
    }
    switch (request.getMethod()) {
      case "TRACE", "TRACK" -> response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      default -> chain.doFilter(request, response);
    }
  }
}
