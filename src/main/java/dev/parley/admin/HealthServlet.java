package dev.parley.admin;

import dev.parley.admin.NodeHealth.Check;
import dev.parley.protocol.JsonWriter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /health}, {@code /health/live}, {@code /health/ready} and {@code /health/started} below
 * the application's own path, in the format of MicroProfile Health. Servers with MicroProfile
 * Health answer at their root too; this one also works where there is none. Open to all, and says
 * no more than up or down.
 */
@WebServlet({"/health", "/health/*"})
public class HealthServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient NodeHealth health;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<Check> checks = checks(request.getPathInfo());
    if (checks.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    boolean up = checks.stream().allMatch(Check::up);
    response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.getOutputStream().print(json(checks, up));
  }

  private List<Check> checks(@Nullable String path) {
    return switch (path == null ? "/" : path) {
      case "/live" -> health.live();
      case "/ready" -> health.ready();
      case "/started" -> health.started();
      case "/" -> {
        List<Check> all = new ArrayList<>(health.ready());
        all.addAll(health.live());
        yield all;
      }
      default -> List.of();
    };
  }

  private static String json(List<Check> checks, boolean up) {
    return JsonWriter.object(
        json -> {
          json.writeStringField("status", up ? "UP" : "DOWN");
          json.writeArrayFieldStart("checks");
          for (Check check : checks) {
            json.writeStartObject();
            json.writeStringField("name", check.name());
            json.writeStringField("status", check.up() ? "UP" : "DOWN");
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
