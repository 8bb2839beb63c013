package dev.parley.connection.websocket;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Whether this server offers {@link RawSocket}s, found out once. No class that other servers load
 * may name a type of the server behind it.
 */
final class RawSockets {
  private static final System.Logger LOG = System.getLogger(RawSockets.class.getName());

  /** How one server's handshake requests are prepared for it. */
  interface Preparation {
    /** Whether this connection can be used directly. */
    boolean isPossible(HttpServletRequest request);

    /** The request to go on with; the same one where this connection cannot be used directly. */
    HttpServletRequest prepare(HttpServletRequest request, HttpServletResponse response);
  }

  /** Set while the server opens a session over a raw socket, on the opening thread. */
  private static final ThreadLocal<RawSocket> OPENING = new ThreadLocal<>();

  private RawSockets() {}

  /**
   * The preparation for this server; null when there is none.
   *
   * @param compression what is offered to clients that can do with it; null for none
   */
  static @Nullable Preparation find(@Nullable Compression compression) {
    try {
      return new GrizzlyPreparation(compression);
    } catch (LinkageError | ReflectiveOperationException e) {
      LOG.log(Level.DEBUG, "WebSockets by the portable path: {0}", e.toString());
      return null;
    }
  }

  /** Opens a session; {@link #current} is this socket meanwhile. */
  static void open(RawSocket socket, Runnable opening) {
    OPENING.set(socket);
    try {
      opening.run();
    } finally {
      OPENING.remove();
    }
  }

  /** The raw socket of the session that is being opened on this thread, if it has one. */
  static @Nullable RawSocket current() {
    return OPENING.get();
  }
}
