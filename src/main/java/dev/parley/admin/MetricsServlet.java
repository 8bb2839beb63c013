package dev.parley.admin;

import dev.parley.platform.MetricsRegistry;
import dev.parley.platform.Settings;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.Caller;
import dev.parley.security.ProblemDocument;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics} in the text format of Prometheus, for an {@code admin}, or for a scraper that
 * sends {@code parley.metrics.scrape-token} as the password of HTTP Basic. (Not as a bearer token:
 * the server takes each of those for a JWT.)
 */
@WebServlet("/metrics")
public class MetricsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient MetricsRegistry metrics;
  @Inject transient Settings settings;

  private transient Optional<String> scrapeToken = Optional.empty();

  @Override
  public void init() {
    scrapeToken = settings.secret("parley.metrics.scrape-token");
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    if (caller == null && !isScraper(request.getHeader("Authorization"))) {
      response.setHeader("WWW-Authenticate", "Bearer, Basic realm=\"metrics\"");
      ProblemDocument.write(
          response, new CommandRejected(ErrorCode.UNAUTHORIZED, "a credential is needed"));
    } else if (caller != null && !caller.has(Caller.ADMIN)) {
      ProblemDocument.write(response, CommandRejected.forbidden("metrics are for admins"));
    } else {
      response.setContentType("text/plain; version=0.0.4; charset=utf-8");
      response.getOutputStream().write(metrics.scrape().getBytes(StandardCharsets.UTF_8));
    }
  }

  private boolean isScraper(@Nullable String header) {
    if (header == null || !header.startsWith("Basic ") || scrapeToken.isEmpty()) {
      return false;
    }
    try {
      String pair =
          new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
      String password = pair.substring(pair.indexOf(':') + 1);
      return MessageDigest.isEqual(
          password.getBytes(StandardCharsets.UTF_8),
          scrapeToken.get().getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
