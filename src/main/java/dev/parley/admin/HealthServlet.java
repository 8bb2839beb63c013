package dev.parley.admin;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers {@code /health/*}. A placeholder until the real checks exist. */
@WebServlet("/health/*")
public class HealthServlet extends HttpServlet {

  @Inject private NodeHealth health;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setStatus(
        health.isStarted()
            ? HttpServletResponse.SC_OK
            : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setContentType("application/json");
    response
        .getWriter()
        .print(health.isStarted() ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
  }
}
