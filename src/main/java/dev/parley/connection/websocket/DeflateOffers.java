package dev.parley.connection.websocket;

import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among what a client offers as {@code permessage-deflate} (RFC 7692, section 7.1): the
 * first offer that this server can keep, always without context takeover, so that a message is
 * compressed once for all who get it and a connection holds no compressor. Any thread.
 */
final class DeflateOffers {
  static final String HEADER = "Sec-WebSocket-Extensions";

  private static final String EXTENSION = "permessage-deflate";
  private static final String SERVER_WINDOW = "server_max_window_bits";
  private static final String ANSWER =
      EXTENSION + "; server_no_context_takeover; client_no_context_takeover";

  /** What Java's own compressor uses; it knows no smaller window. */
  private static final String WINDOW = "15";

  private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");
  private static final Pattern PARAMETER =
      Pattern.compile("\\s*([A-Za-z0-9_-]+)\\s*(?:=\\s*(?:\"([^\"]*)\"|([^\"\\s]+))\\s*)?");

  private DeflateOffers() {}

  /**
   * The answer to these header fields.
   *
   * @param headers the values of {@code Sec-WebSocket-Extensions} in their order
   * @return null when nothing is agreed on, and messages stay as they are
   */
  static @Nullable String accept(Enumeration<String> headers) {
    for (String header : Collections.list(headers)) {
      for (String offer : header.split(",", -1)) {
        String answer = answer(offer.split(";", -1));
        if (answer != null) {
          return answer;
        }
      }
    }
    return null;
  }

  private static @Nullable String answer(String[] offer) {
    if (!offer[0].trim().equalsIgnoreCase(EXTENSION)) {
      return null;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < offer.length; i++) {
      Matcher parameter = PARAMETER.matcher(offer[i]);
      if (!parameter.matches()) {
        return null;
      }
      String name = parameter.group(1);
      String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
      if (!seen.add(name) || !canKeep(name, value)) {
        return null;
      }
    }
    // Who names the server's window must be told it (7.1.2.1).
    return seen.contains(SERVER_WINDOW) ? ANSWER + "; " + SERVER_WINDOW + "=" + WINDOW : ANSWER;
  }

  private static boolean canKeep(String name, @Nullable String value) {
    return switch (name) {
      case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
      case SERVER_WINDOW -> WINDOW.equals(value);
      // A hint; whatever window the client uses can be read.
      case "client_max_window_bits" -> value == null || WINDOW_BITS.matcher(value).matches();
      default -> false;
    };
  }
}
