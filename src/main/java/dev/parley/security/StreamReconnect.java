package dev.parley.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets an {@code EventSource} that was opened with a ticket come back to the same address until the
 * caller's token ends. Each ticket has a cookie of its own, so that the streams of several tabs do
 * not push each other out; of more than {@value #MAX_COOKIES} the browser is told to forget some.
 */
@ApplicationScoped
class StreamReconnect {
  /** Enough for the tabs of one person, and well below the 8 KiB that servers take as headers. */
  static final int MAX_COOKIES = 4;

  private static final String PREFIX = "parley-stream-";

  @Inject StreamCookies cookies;

  /** Sets the cookie of a ticket that was just redeemed. */
  void allow(
      HttpServletRequest request, HttpServletResponse response, Caller caller, String ticket) {
    String value = cookies.value(caller, ticket);
    if (value == null) {
      // The token is too big for a cookie: each reconnect will need a new ticket.
      return;
    }
    others(request).stream()
        .skip(MAX_COOKIES - 1L)
        .forEach(other -> set(request, response, other.getName(), "", 0));
    set(request, response, name(ticket), value, cookies.life(caller).toSeconds());
  }

  /** The caller who has redeemed this ticket in this browser, or null. */
  @Nullable Caller caller(HttpServletRequest request, String ticket) {
    if (isFromElsewhere(request)) {
      return null;
    }
    String name = name(ticket);
    for (Cookie cookie : others(request)) {
      if (cookie.getName().equals(name)) {
        return cookies.caller(cookie.getValue(), ticket);
      }
    }
    return null;
  }

  private static String name(String ticket) {
    return PREFIX + Ticket.hash(ticket).substring(0, 12);
  }

  private static List<Cookie> others(HttpServletRequest request) {
    Cookie[] all = request.getCookies();
    return all == null
        ? List.of()
        : Arrays.stream(all)
            .filter(cookie -> cookie.getName().startsWith(PREFIX))
            .sorted(Comparator.comparing(Cookie::getName))
            .toList();
  }

  /** What SameSite already promises, said by the browser itself when it can (Fetch Metadata). */
  private static boolean isFromElsewhere(HttpServletRequest request) {
    return request.getHeader("Origin") == null
        && List.of("cross-site", "same-site")
            .contains(String.valueOf(request.getHeader("Sec-Fetch-Site")));
  }

  /** Written by hand, because not every server knows SameSite on its cookies. */
  private static void set(
      HttpServletRequest request,
      HttpServletResponse response,
      String name,
      String value,
      long seconds) {
    response.addHeader(
        "Set-Cookie",
        name
            + "="
            + value
            + "; Path="
            + request.getRequestURI()
            + "; Max-Age="
            + seconds
            + "; HttpOnly; SameSite=Strict"
            + (isSecure(request) ? "; Secure" : ""));
  }

  /** A proxy that ends TLS says so; a client that lies about it only spoils its own cookie. */
  private static boolean isSecure(HttpServletRequest request) {
    return request.isSecure() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
  }
}
