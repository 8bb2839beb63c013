package dev.parley.presence;

import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/**
 * Whoever changes something over HTTP is active: event streams and polls carry no commands. Only at
 * the node that holds their stream; elsewhere it is not known.
 */
@Provider
@ApplicationScoped
public class ActivityFilter implements ContainerRequestFilter {
  private static final Set<String> PASSIVE = Set.of("GET", "HEAD", "OPTIONS");

  @Inject Presence presence;
  @Context HttpServletRequest request;

  @Override
  public void filter(ContainerRequestContext context) {
    if (!PASSIVE.contains(context.getMethod())
        && request.getAttribute(Caller.class.getName()) instanceof Caller caller) {
      presence.active(caller);
    }
  }
}
