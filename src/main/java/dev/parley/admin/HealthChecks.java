package dev.parley.admin;

import dev.parley.admin.NodeHealth.Check;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** The same health for MicroProfile Health, which servers answer at their root. */
@ApplicationScoped
class HealthChecks {
  @Inject NodeHealth health;

  @Produces
  @Liveness
  HealthCheck live() {
    return () -> response("parley-live", health.live());
  }

  @Produces
  @Readiness
  HealthCheck ready() {
    return () -> response("parley-ready", health.ready());
  }

  @Produces
  @Startup
  HealthCheck started() {
    return () -> response("parley-started", health.started());
  }

  private static HealthCheckResponse response(String name, List<Check> checks) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(name);
    checks.forEach(check -> response.withData(check.name(), check.up() ? "UP" : "DOWN"));
    return response.status(checks.stream().allMatch(Check::up)).build();
  }
}
