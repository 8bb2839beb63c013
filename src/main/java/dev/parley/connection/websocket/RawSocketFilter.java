package dev.parley.connection.websocket;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;

/** Prepares handshakes for raw sockets where the server offers them. */
@WebFilter(filterName = "raw-socket", urlPatterns = "/ws", asyncSupported = true)
public class RawSocketFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  @Inject transient SocketPreparation preparation;

  @Override
  public void init() {
    preparation.begin(getServletContext().getAttribute(ServerContainer.class.getName()));
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(preparation.prepare(request, response), response);
  }
}
