package dev.parley.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * A request that says who calls, and answers with addresses where the server would ask the domain
 * name system: Tyrus wants the local name at each handshake, and one reverse look-up takes longer
 * than everything else in it.
 */
final class CallerRequest extends HttpServletRequestWrapper {
  private final @Nullable Principal principal;

  CallerRequest(HttpServletRequest request, @Nullable Principal principal) {
    super(request);
    this.principal = principal;
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return principal;
  }

  @Override
  public @Nullable String getRemoteUser() {
    return principal instanceof CallerPrincipal known ? known.getName() : null;
  }

  @Override
  public boolean isUserInRole(String role) {
    return principal instanceof CallerPrincipal known && known.caller().has(role);
  }

  @Override
  public String getLocalName() {
    return getLocalAddr();
  }

  @Override
  public String getRemoteHost() {
    return getRemoteAddr();
  }
}
