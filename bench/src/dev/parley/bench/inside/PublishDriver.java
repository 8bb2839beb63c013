package dev.parley.bench.inside;

import dev.parley.message.PublishMessage;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The bench's remote control, answered as properties, a line each.
 *
 * <ul>
 *   <li>{@code POST /bench/publish?publishers=&channels=&payload=&keys=&millis=}: publishes without
 *       a transport and says how it went.
 *   <li>{@code GET /bench/committed}: what has been committed since the start.
 * </ul>
 */
@WebServlet({"/bench/publish", "/bench/committed"})
public class PublishDriver extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient PublishMessage publish;
  @Inject transient CommittedMessages committed;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response
        .getWriter()
        .printf("messages=%d%n", committed.messages())
        .printf("transactions=%d%n", committed.transactions());
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Publishers publishers =
        new Publishers(
            publish,
            number(request, "publishers"),
            number(request, "channels"),
            number(request, "payload"),
            Boolean.parseBoolean(request.getParameter("keys")));
    try {
      Publishers.Outcome outcome = publishers.run(number(request, "millis"));
      response.setContentType("text/plain");
      response
          .getWriter()
          .printf("published=%d%n", outcome.latencies().count())
          .printf("failed=%d%n", outcome.failed())
          .printf("nanos=%d%n", outcome.nanos())
          .printf("p50=%.1f%n", outcome.latencies().micros(0.50))
          .printf("p99=%.1f%n", outcome.latencies().micros(0.99));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  private static int number(HttpServletRequest request, String parameter) {
    return Integer.parseInt(request.getParameter(parameter));
  }
}
