package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.Admission.Door;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door: first the origin and the address, then the credential; behind it the request says who
 * calls, as its principal and as the attribute named like {@link Caller}.
 *
 * <ul>
 *   <li>{@code /ws}: an invalid credential passes as a {@link RefusedPrincipal} and a missing one
 *       as an {@link UnknownPrincipal}, because a browser could not read an HTTP status. The
 *       endpoint closes.
 *   <li>{@code /api/v1/*}: both are answered 401, but for the development mode's own paths.
 *   <li>What opens a connection is answered 503 while the node takes none, and 429 when its address
 *       or its caller comes too often or has too many.
 *   <li>{@code /metrics}: a missing one passes; its servlet also knows scrape tokens.
 * </ul>
 */
@WebFilter(
    filterName = "handshake",
    urlPatterns = {HandshakeFilter.SOCKET, HandshakeFilter.API + "/*", HandshakeFilter.METRICS},
    asyncSupported = true)
public class HandshakeFilter extends HttpFilter {
  static final String SOCKET = "/ws";
  static final String API = "/api/v1";
  static final String METRICS = "/metrics";

  private static final long serialVersionUID = 1L;

  private static final String STREAM = API + "/stream";

  /** What opens a connection, beside the socket. Other spellings are refused behind the door. */
  private static final Map<String, Door> CONNECTIONS =
      Map.of(STREAM, Door.STREAM, API + "/poll", Door.POLL);

  /** Where nobody is known yet. Compared with the raw address, so that no encoding gets in. */
  private static final Set<String> OPEN = Set.of(API + "/dev/token", API + "/dev/users");

  @Inject transient SecuritySettings settings;
  @Inject transient Authenticator authenticator;
  @Inject transient Admission admission;
  @Inject transient ClientAddresses addresses;
  @Inject transient FrameGuard guard;
  @Inject transient BodyPermits bodies;
  @Inject transient Revocations revocations;
  @Inject transient Event<CredentialRefused> refused;

  private transient OriginPolicy origins = new OriginPolicy(List.of());

  @Override
  public void init() {
    origins = new OriginPolicy(settings.allowedOrigins);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    ClientAddress address = addresses.of(request);
    request.setAttribute(ClientAddress.class.getName(), address);
    Door door = door(request);
    if (!isAllowedOrigin(request)) {
      answer(request, response, CommandRejected.forbidden("pages of this origin may not call"));
    } else if (revocations.isBlocked(address)) {
      answer(request, response, CommandRejected.forbidden("this address is blocked"));
    } else if (door != null && isClosed(door, address, response)) {
      return;
    } else if (request.getServletPath().equals(SOCKET)) {
      socket(request, response, chain, address);
    } else if (request.getMethod().equals("OPTIONS")) {
      // JAX-RS would answer with a description of all resources. Without CORS headers, browsers
      // take this for the refusal that it is.
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    } else {
      http(request, response, chain, address);
    }
  }

  /** What it opens; null when it opens no connection. */
  private static @Nullable Door door(HttpServletRequest request) {
    return request.getServletPath().equals(SOCKET) ? Door.SOCKET : CONNECTIONS.get(path(request));
  }

  /** Before the credential: a ticket is not spent on a node that takes nobody. */
  private boolean isClosed(Door door, ClientAddress address, HttpServletResponse response)
      throws IOException {
    CommandRejected refusal = admission.refusal();
    if (refusal == null) {
      refusal = admission.refusal(door, address);
    }
    return isRefused(refusal, response);
  }

  private static boolean isRefused(@Nullable CommandRejected refusal, HttpServletResponse response)
      throws IOException {
    if (refusal != null) {
      ProblemDocument.write(response, refusal);
    }
    return refusal != null;
  }

  private static String path(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }

  private boolean isAllowedOrigin(HttpServletRequest request) {
    List<String> given = Collections.list(request.getHeaders("Origin"));
    return given.isEmpty()
        || (given.size() == 1
            && origins.allows(given.get(0), request.getHeader("Host"), request.isSecure()));
  }

  private void socket(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      ClientAddress address)
      throws IOException, ServletException {
    if (!isUpgrade(request)) {
      // Before the credential: a ticket is not spent on a request that opens nothing.
      answer(request, response, CommandRejected.badRequest("this path speaks WebSocket only"));
      return;
    }
    Visitor visitor;
    try {
      Caller caller = authenticator.caller(request);
      if (caller != null && isRefused(admission.refusal(Door.SOCKET, caller), response)) {
        return;
      }
      visitor =
          caller == null ? new UnknownPrincipal(address) : new CallerPrincipal(caller, address);
    } catch (CommandRejected e) {
      refused.fire(new CredentialRefused(e.code(), address.value()));
      visitor = new RefusedPrincipal(e, address);
    }
    if (!(visitor instanceof CallerPrincipal) && !guard.guards(request)) {
      unguarded(request, response, visitor);
      return;
    }
    pass(request, response, chain, visitor);
  }

  /** Nobody who is not known may send frames that nobody checks. */
  private void unguarded(HttpServletRequest request, HttpServletResponse response, Visitor visitor)
      throws IOException {
    if (visitor instanceof RefusedPrincipal known) {
      ProblemDocument.write(response, known.reason());
    } else {
      response.setHeader("WWW-Authenticate", ProblemDocument.CHALLENGE);
      answer(
          request, response, new CommandRejected(ErrorCode.UNAUTHORIZED, "a credential is needed"));
    }
  }

  private static boolean isUpgrade(HttpServletRequest request) {
    String upgrade = request.getHeader("Upgrade");
    return request.getMethod().equals("GET")
        && upgrade != null
        && upgrade.toLowerCase(Locale.ROOT).contains("websocket")
        && request.getHeader("Sec-WebSocket-Key") != null;
  }

  private void http(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      ClientAddress address)
      throws IOException, ServletException {
    String path = path(request);
    Caller caller;
    try {
      caller = OPEN.contains(path) ? null : caller(request, response, path);
    } catch (CommandRejected e) {
      answer(request, response, e);
      return;
    }
    Door door = CONNECTIONS.get(path);
    if (door != null && caller != null && isRefused(admission.refusal(door, caller), response)) {
      return;
    }
    CallerPrincipal principal = caller == null ? null : new CallerPrincipal(caller, address);
    HttpServletRequest limited;
    try {
      limited = bodies.limit(request, principal, address);
    } catch (CommandRejected e) {
      ProblemDocument.write(response, e);
      return;
    }
    try {
      pass(limited, response, chain, principal);
    } finally {
      BodyPermits.release(limited);
    }
  }

  private @Nullable Caller caller(
      HttpServletRequest request, HttpServletResponse response, String path) {
    Caller caller =
        path.equals(STREAM)
            ? authenticator.streamCaller(request, response)
            : authenticator.caller(request);
    if (caller == null && !request.getServletPath().equals(METRICS)) {
      response.setHeader("WWW-Authenticate", ProblemDocument.CHALLENGE);
      throw new CommandRejected(ErrorCode.UNAUTHORIZED, "a credential is needed");
    }
    return caller;
  }

  private static void pass(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      @Nullable Principal principal)
      throws IOException, ServletException {
    if (principal instanceof CallerPrincipal known) {
      request.setAttribute(Caller.class.getName(), known.caller());
    }
    chain.doFilter(new CallerRequest(request, principal), response);
  }

  private void answer(
      HttpServletRequest request, HttpServletResponse response, CommandRejected rejected)
      throws IOException {
    refused.fire(new CredentialRefused(rejected.code(), ClientAddress.of(request).value()));
    ProblemDocument.write(response, rejected);
  }
}
