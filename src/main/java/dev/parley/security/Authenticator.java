package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * From a request to its caller. A bearer header has passed the server's MicroProfile JWT before; it
 * is verified here again, because servers differ in what they let through (Payara does not look at
 * {@code nbf}, Open Liberty passes a bad token on as nobody), and every door must accept the same
 * tokens. Any thread; may block while keys or tickets are read.
 */
@ApplicationScoped
class Authenticator {
  @Inject SecuritySettings settings;
  @Inject TokenVerifier tokens;
  @Inject Tickets tickets;
  @Inject StreamReconnect streams;
  @Inject Revocations revocations;

  /**
   * The caller; null when the request has no credential.
   *
   * @throws CommandRejected when it has one that is not valid, or that cannot be verified now
   */
  @Nullable Caller caller(HttpServletRequest request) {
    Credential credential = Credential.of(request, settings.queryToken);
    if (credential == null) {
      return null;
    }
    return switch (credential.kind()) {
      case TOKEN -> tokens.verify(credential.value());
      case TICKET -> redeem(credential.value());
    };
  }

  /** The caller whom the bearer header alone names; null when there is no such header. */
  @Nullable Caller headerCaller(HttpServletRequest request) {
    Credential credential = Credential.ofHeader(request);
    return credential == null ? null : tokens.verify(credential.value());
  }

  /**
   * The same for the event stream, where a used ticket counts again in the browser that has
   * redeemed it.
   */
  @Nullable Caller streamCaller(HttpServletRequest request, HttpServletResponse response) {
    Credential credential = Credential.of(request, settings.queryToken);
    if (credential == null || credential.kind() != Credential.Kind.TICKET) {
      return caller(request);
    }
    String ticket = credential.value();
    Caller known = streams.caller(request, ticket);
    if (known != null) {
      revocations.check(known);
      return known;
    }
    Caller caller = redeem(ticket);
    streams.allow(request, response, caller, ticket);
    return caller;
  }

  private Caller redeem(String ticket) {
    try {
      Caller caller = tickets.redeem(ticket);
      revocations.check(caller);
      return caller;
    } catch (EJBException e) {
      throw CommandRejected.unavailable("tickets cannot be redeemed now", e);
    }
  }
}
