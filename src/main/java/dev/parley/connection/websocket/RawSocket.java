package dev.parley.connection.websocket;

import dev.parley.delivery.Transport.Written;
import dev.parley.delivery.Watched;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket below the server's own WebSocket code: whole frames go straight to the connection,
 * and messages come straight from it. Only pings, closing and what breaks the protocol still pass
 * through the server's code. Where a server offers none, {@link WebSocketWire} does the same by the
 * portable API.
 */
interface RawSocket {
  /** What a raw socket tells of, one call at a time. */
  interface Listener {
    /** A text message has come. */
    void text(String message);

    /** A binary message has come. */
    void binary(byte[] message);

    /** The peer has shown that it is there. */
    void heard();

    /** The connection is gone, for whatever reason. */
    void ended();

    /** Tells on the connection's dispatcher what happens to the channel, until it is closed. */
    void watch(SelectableChannel channel, Watched watched);

    /** Tells there, once, when a watched channel can be written to again. */
    void tellWhenWritable(SelectableChannel channel);
  }

  /** From now on the listener is told. What comes before that is thrown away. */
  void listen(Listener listener);

  /**
   * Writes complete frames. Never blocks; the bytes must not change any more. {@code written} may
   * be told within the call.
   */
  void write(byte[] frames, Written written);

  /** What compresses messages for this client; null when nothing was agreed on. */
  @Nullable Compression compression();

  /** Ends the connection at once, without the closing handshake. */
  void abort();
}
