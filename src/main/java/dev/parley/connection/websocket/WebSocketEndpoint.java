package dev.parley.connection.websocket;

import dev.parley.connection.CommandInbox;
import dev.parley.connection.CommandInboxes;
import dev.parley.connection.ConnectCommand;
import dev.parley.connection.Connection;
import dev.parley.connection.Connections;
import dev.parley.delivery.Watched;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.CallerPrincipal;
import dev.parley.security.RefusedPrincipal;
import dev.parley.security.Visitor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectableChannel;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket at {@code /ws}: hands frames to the connection's inbox and nothing else. Who calls was
 * found out by the handshake filter.
 *
 * <p>It is made by {@link Maker} and not by the server, which builds what it needs to inject into
 * an endpoint anew for each connection: a tenth of what a handshake costs on Payara.
 */
@ServerEndpoint(
    value = "/ws",
    configurator = WebSocketEndpoint.Maker.class,
    subprotocols = {WebSocketEndpoint.JSON, WebSocketEndpoint.MSGPACK, "bearer"})
public class WebSocketEndpoint {
  static final String JSON = "parley.v1.json";
  static final String MSGPACK = "parley.v1.msgpack";

  /**
   * Largest frame in bytes: the largest payload fits even when its author has escaped it. Beyond
   * it, the server closes with 1009.
   */
  static final int MAX_FRAME = 256 << 10;

  private static final System.Logger LOG = System.getLogger(WebSocketEndpoint.class.getName());

  /** Makes the endpoints; the server makes this one. */
  public static final class Maker extends ServerEndpointConfig.Configurator {
    private volatile @Nullable Parts parts;

    @Override
    public <T> T getEndpointInstance(Class<T> endpoint) {
      Parts found = parts;
      if (found == null) {
        // Payara walks the stack for each CDI.current(), a fortieth of a handshake.
        found = CDI.current().select(Parts.class).get();
        parts = found;
      }
      return endpoint.cast(new WebSocketEndpoint(found));
    }
  }

  /** What all endpoints work with. */
  @ApplicationScoped
  static class Parts {
    @Inject Connections connections;
    @Inject CommandInboxes inboxes;
    @Inject ConnectCommand connect;

    Connections connections() {
      return connections;
    }

    CommandInboxes inboxes() {
      return inboxes;
    }

    ConnectCommand connect() {
      return connect;
    }
  }

  private final Connections connections;
  private final CommandInboxes inboxes;
  private final ConnectCommand connect;
  private @Nullable Connection connection;
  private @Nullable CommandInbox inbox;

  WebSocketEndpoint(Parts parts) {
    this.connections = parts.connections();
    this.inboxes = parts.inboxes();
    this.connect = parts.connect();
  }

  @OnOpen
  public void open(Session session) {
    if (session.getMaxIdleTimeout() != 0) {
      // Asked first: Tyrus starts a task for each call, one that changes nothing too.
      session.setMaxIdleTimeout(0);
    }
    session.setMaxTextMessageBufferSize(MAX_FRAME);
    session.setMaxBinaryMessageBufferSize(MAX_FRAME);
    RawSocket raw = RawSockets.current();
    FrameEncoding encoding = FrameEncoding.of(session.getNegotiatedSubprotocol());
    Connection.Wire wire =
        raw == null ? new WebSocketWire(session, encoding) : new RawWire(session, raw, encoding);
    Principal principal = session.getUserPrincipal();
    Connection opened;
    try {
      opened = connections.open(wire, Visitor.addressOf(principal));
    } catch (CommandRejected e) {
      wire.close(connections.refusal());
      return;
    }
    connection = opened;
    CommandInbox commands = inboxes.create(opened);
    inbox = commands;
    if (raw != null) {
      raw.listen(new Incoming(opened, commands));
    }
    if (principal instanceof CallerPrincipal known) {
      connect.accept(opened, known.caller());
    } else if (principal instanceof RefusedPrincipal refused) {
      connect.refuse(opened, refused.reason());
    }
  }

  @OnMessage(maxMessageSize = MAX_FRAME)
  public void text(String frame) {
    if (inbox != null) {
      inbox.received(frame);
    }
  }

  @OnMessage(maxMessageSize = MAX_FRAME)
  public void binary(byte[] frame) {
    if (inbox != null) {
      inbox.received(frame);
    }
  }

  @OnMessage
  public void pong(PongMessage pong) {
    if (connection != null) {
      connection.heard();
    }
  }

  @OnClose
  public void close() {
    if (connection != null) {
      connections.closed(connection);
    }
  }

  /** Closes with a constant: the server would put the failure's own text into the close frame. */
  @OnError
  public void error(Session session, Throwable failure) {
    LOG.log(Level.DEBUG, "A WebSocket failed: {0}", failure.toString());
    close(session, CloseCode.SERVER_ERROR);
    close();
  }

  /** What a raw socket hears. */
  private final class Incoming implements RawSocket.Listener {
    private final Connection heard;
    private final CommandInbox commands;

    Incoming(Connection heard, CommandInbox commands) {
      this.heard = heard;
      this.commands = commands;
    }

    @Override
    public void text(String message) {
      commands.received(message);
    }

    @Override
    public void binary(byte[] message) {
      commands.received(message);
    }

    @Override
    public void heard() {
      heard.heard();
    }

    @Override
    public void ended() {
      connections.closed(heard);
    }

    @Override
    public void watch(SelectableChannel channel, Watched watched) {
      heard.subscriber().watch(channel, watched);
    }

    @Override
    public void tellWhenWritable(SelectableChannel channel) {
      heard.subscriber().tellWhenWritable(channel);
    }
  }

  /** Ends the session with a code of the table and nothing else; more than once does no harm. */
  static void close(Session session, CloseCode code) {
    try {
      session.close(
          new CloseReason(CloseReason.CloseCodes.getCloseCode(code.code()), code.reason()));
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "A WebSocket was closed already: {0}", e.toString());
    }
  }
}
