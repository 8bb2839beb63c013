package dev.parley.security;

import jakarta.annotation.security.DeclareRoles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.auth.LoginConfig;

/**
 * The HTTP API, and the switch that makes the server verify bearer headers by MicroProfile JWT. The
 * scope is there because servers look for the switch among beans only.
 */
@ApplicationScoped
@ApplicationPath("/api/v1")
@LoginConfig(authMethod = "MP-JWT", realmName = "parley")
@DeclareRoles({Caller.PUBLISHER, Caller.ADMIN})
public class ParleyApi extends Application {
  /** Switches off Jersey's description of all resources; other implementations ignore the name. */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of("jersey.config.server.wadl.disableWadl", true);
  }
}
