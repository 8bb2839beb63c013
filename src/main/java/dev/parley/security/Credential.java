package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The credential of a request: a bearer header, {@code ?ticket=}, the subprotocol pair {@code
 * bearer, <jwt>} of a handshake, or {@code ?token=}.
 */
record Credential(Kind kind, String value) {
  enum Kind {
    TOKEN,
    TICKET
  }

  private static final String SCHEME = "bearer ";

  /**
   * The one that the request has; null when it has none.
   *
   * @throws CommandRejected with {@code bad_request} when there are several: which one counts must
   *     not depend on who reads them (RFC 6750, section 2), and with {@code unauthorized} when
   *     tokens in addresses are switched off
   */
  static @Nullable Credential of(HttpServletRequest request, boolean queryToken) {
    List<Credential> found = new ArrayList<>();
    header(request, found);
    subprotocol(request, found);
    query(request.getQueryString(), queryToken, found);
    if (found.size() > 1) {
      throw CommandRejected.badRequest("only one credential may be given");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  /** The bearer header's; null when there is not exactly one. */
  static @Nullable Credential ofHeader(HttpServletRequest request) {
    List<Credential> found = new ArrayList<>();
    header(request, found);
    return found.size() == 1 ? found.get(0) : null;
  }

  private static void header(HttpServletRequest request, List<Credential> found) {
    for (String value : Collections.list(request.getHeaders("Authorization"))) {
      if (value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
        found.add(new Credential(Kind.TOKEN, value.substring(SCHEME.length()).trim()));
      }
    }
  }

  private static void subprotocol(HttpServletRequest request, List<Credential> found) {
    List<String> offered = new ArrayList<>();
    for (String value : Collections.list(request.getHeaders("Sec-WebSocket-Protocol"))) {
      offered.addAll(SecuritySettings.list(value));
    }
    int bearer = offered.indexOf("bearer");
    if (bearer >= 0) {
      String token = bearer + 1 < offered.size() ? offered.get(bearer + 1) : "";
      found.add(new Credential(Kind.TOKEN, token));
    }
  }

  /** Read from the address, since {@code getParameter} would swallow the body of a form. */
  private static void query(@Nullable String query, boolean queryToken, List<Credential> found) {
    if (query == null) {
      return;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("ticket=")) {
        found.add(new Credential(Kind.TICKET, decoded(pair.substring("ticket=".length()))));
      } else if (pair.startsWith("token=")) {
        if (!queryToken) {
          throw new CommandRejected(
              ErrorCode.UNAUTHORIZED, "token: in the address is switched off; get a ticket");
        }
        found.add(new Credential(Kind.TOKEN, decoded(pair.substring("token=".length()))));
      }
    }
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw CommandRejected.badRequest("the query is not URL encoded");
    }
  }

  @Override
  public String toString() {
    // Credentials must not reach a log through string concatenation.
    return "Credential[" + kind + "]";
  }
}
