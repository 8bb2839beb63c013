package dev.parley.connection.websocket;

import dev.parley.connection.ConnectionSettings;
import dev.parley.security.FrameGuard;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** How handshakes are prepared for raw sockets, found out once; raw sockets guard frames. */
@ApplicationScoped
class SocketPreparation implements FrameGuard {
  private static final System.Logger LOG = System.getLogger(RawSocketFilter.class.getName());

  @Inject ConnectionSettings settings;

  private RawSockets.@Nullable Preparation preparation;
  private @Nullable Compression compression;

  @PostConstruct
  void find() {
    compression = settings.compressAbove == 0 ? null : new Compression(settings.compressAbove);
    preparation = settings.rawSockets ? RawSockets.find(compression) : null;
    LOG.log(
        Level.INFO,
        "WebSockets are written {0}",
        preparation == null
            ? "by the portable API, and who has no credential is refused before the upgrade"
            : "directly to the server's connections");
  }

  /**
   * Before the first handshake.
   *
   * @param container the server's for this application's WebSockets; null when it has none
   */
  void begin(@Nullable Object container) {
    if (preparation != null) {
      SessionTimers.spare(container);
    }
  }

  /** The request to go on with. */
  HttpServletRequest prepare(HttpServletRequest request, HttpServletResponse response) {
    return preparation == null ? request : preparation.prepare(request, response);
  }

  @Override
  public boolean guards(HttpServletRequest request) {
    return preparation != null && preparation.isPossible(request);
  }

  @PreDestroy
  void end() {
    if (compression != null) {
      compression.end();
    }
  }
}
