package dev.parley.testkit;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The opening handshake of a WebSocket, for tests that read and write the socket themselves. For
 * one thread.
 */
public final class RawHandshake {
  private final StringBuilder request = new StringBuilder();

  /** A handshake with the person's bearer header. */
  public RawHandshake(Person person) {
    URI address = person.server().ws("ws");
    request.append("GET ").append(address.getPath()).append(" HTTP/1.1\r\n");
    header("Host", address.getAuthority());
    header("Connection", "Upgrade");
    header("Upgrade", "websocket");
    header("Sec-WebSocket-Version", "13");
    header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    header("Authorization", "Bearer " + person.token());
  }

  /** One more header; an empty value sends none. */
  public RawHandshake header(String name, String value) {
    if (!value.isEmpty()) {
      request.append(name).append(": ").append(value).append("\r\n");
    }
    return this;
  }

  /** Sends the request and waits for nothing. */
  public void send(OutputStream out) throws IOException {
    out.write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Sends the request; the answer must be 101. Returns its headers, in whatever case. */
  public Map<String, String> open(OutputStream out, DataInputStream in) throws IOException {
    send(out);
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 101")) {
      throw new AssertionError("no upgrade: " + status);
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).trim());
    }
    return headers;
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
