package dev.parley.delivery;

import dev.parley.protocol.CloseCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How frames leave a node for one connection. Reading is the business of whoever made it: that
 * asymmetry lets one-way transports stand beside two-way ones. Called on the connection's
 * dispatcher only, with at most one write under way.
 */
public interface Transport {
  /** Told once when a write has ended; any thread. */
  @FunctionalInterface
  interface Written {
    /**
     * The write has ended.
     *
     * @param failure null when the frames were handed to the socket
     */
    void done(@Nullable Throwable failure);
  }

  /** The kind, as metrics name it: {@code websocket}, {@code sse} or {@code polling}. */
  String kind();

  /** Writes the frames in their order. Must not block; tells {@code written} when done. */
  void write(List<OutboundFrame> frames, Written written);

  /** Ends the connection. May be called more than once; must not block. */
  void close(CloseCode code);
}
