package dev.parley.connection.websocket;

import dev.parley.connection.ConnectionSettings;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Prepares handshakes for raw sockets where the server offers them. */
@WebFilter(filterName = "raw-socket", urlPatterns = "/ws", asyncSupported = true)
public class RawSocketFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger(RawSocketFilter.class.getName());

  @Inject transient ConnectionSettings settings;

  private transient RawSockets.@Nullable Preparation preparation;
  private transient @Nullable Compression compression;

  @Override
  public void init() {
    compression = settings.compressAbove == 0 ? null : new Compression(settings.compressAbove);
    preparation = settings.rawSockets ? RawSockets.find(compression) : null;
    LOG.log(
        Level.INFO,
        "WebSockets are written {0}",
        preparation == null ? "by the portable API" : "directly to the server's connections");
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(
        preparation == null ? request : preparation.prepare(request, response), response);
  }

  @Override
  public void destroy() {
    if (compression != null) {
      compression.end();
    }
  }
}
