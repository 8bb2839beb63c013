package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** One connection of a {@link RecoveringClient}, over one transport, until it breaks or is cut. */
interface Link {
  /** Drops the socket at once, without a word. */
  void cut();

  /** From where a link continues. At most one of both is there; none means: from now on. */
  record From(Position position, String cursor) {
    boolean isNow() {
      return position == null && cursor.isEmpty();
    }
  }

  /**
   * The server has said from where it goes on.
   *
   * @param live the position that the channel has reached with {@code messages}
   * @param recovered whether nothing is missing between where the client was and {@code messages}
   * @param more whether missed messages follow as if they were live
   * @param cursor stands for {@code live}; empty when the transport gives none
   */
  record Opened(
      Position live, boolean recovered, List<JsonNode> messages, boolean more, String cursor) {}

  /** What a link tells its client, from any thread, in order. */
  interface Listener {
    void opened(Opened opened);

    /** A live message; the cursor stands for the position that it brings; empty when none. */
    void message(JsonNode message, String cursor);

    /** The server asks the client to go, and to come back, anywhere, after so many milliseconds. */
    void draining(long reconnectInMs);

    /** The link is of no use any more. */
    void lost(String why);
  }
}
