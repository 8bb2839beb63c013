package dev.parley.connection.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.RawHandshake;
import dev.parley.testkit.Recorder;
import dev.parley.testkit.ServerUrl;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * A WebSocket client that sees and sends frames as they are on the wire, and can agree on
 * permessage-deflate, which the JDK's cannot. For one thread.
 */
final class FrameClient implements AutoCloseable {
  static final int CLOSE = 0x88;
  static final int TEXT = 0x81;
  static final int TEXT_BEGINS = 0x01;
  static final int CONTINUES = 0x00;
  static final int DEFLATED_TEXT = 0xc1;

  private static final int PING = 0x89;
  private static final int PONG = 0x8a;
  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  /** A frame of the server. */
  static final class Frame {
    private final int first;
    private final byte[] payload;

    private Frame(int first, byte[] payload) {
      this.first = first;
      this.payload = payload;
    }

    int first() {
      return first;
    }

    byte[] payload() {
      return payload;
    }

    /** What it says, unpacked if need be. */
    byte[] plain() {
      return (first & 0x40) == 0 ? payload : Deflated.plain(payload);
    }
  }

  /** Something that the server says, and the frame in which it came. */
  record Said(JsonNode json, Frame frame) {}

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Queue<Said> said = new ArrayDeque<>();
  private String extensions = "";

  private FrameClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  /** Opens a WebSocket and awaits {@code connected}; an empty {@code offer} offers no extension. */
  static FrameClient open(ServerUrl server, Person person, String subprotocol, String offer) {
    URI address = server.ws("ws");
    try {
      FrameClient client = new FrameClient(new Socket(address.getHost(), address.getPort()));
      client.socket.setSoTimeout((int) Recorder.PATIENCE.toMillis());
      client.extensions =
          new RawHandshake(person.at(server))
              .header("Sec-WebSocket-Protocol", subprotocol)
              .header("Sec-WebSocket-Extensions", offer)
              .open(client.out, client.in)
              .getOrDefault("Sec-WebSocket-Extensions", "");
      client.await("connected", said -> said.path("type").asText().equals("connected"));
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the server has agreed on; empty when nothing. */
  String extensions() {
    return extensions;
  }

  /** Sends a frame whose first byte is this. */
  void send(int first, byte[] payload) {
    sendMany(1, first, payload);
  }

  /** The same so many times, all at once. */
  void sendMany(int times, int first, byte[] payload) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] frame = frame(first, payload);
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    write(all.toByteArray());
  }

  /** Sends the head of a frame that says that so much follows. */
  void announce(long length) {
    write(
        ByteBuffer.allocate(14)
            .put((byte) TEXT)
            .put((byte) 0xff)
            .putLong(length)
            .put(MASK)
            .array());
  }

  /** Asks, and waits until the server has read all that was sent before. */
  void awaitPong() {
    send(PING, new byte[0]);
    Frame frame = next();
    while (frame.first() != PONG) {
      frame = next();
    }
  }

  private static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(first);
    if (payload.length < 126) {
      bytes.write(0x80 | payload.length);
    } else {
      bytes.write(0x80 | 127);
      bytes.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    bytes.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      bytes.write(payload[i] ^ MASK[i & 3]);
    }
    return bytes.toByteArray();
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void sendText(String text) {
    send(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The next frame. */
  Frame next() {
    try {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = (int) in.readLong();
      }
      byte[] payload = new byte[length];
      in.readFully(payload);
      return new Frame(first, payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes what the server says until it is this. */
  Said await(String what, Predicate<JsonNode> matches) {
    while (true) {
      for (Said next = said.poll(); next != null; next = said.poll()) {
        if (matches.test(next.json())) {
          return next;
        }
      }
      Frame frame = next();
      switch (frame.first() & 0x0f) {
        case 1 ->
            new String(frame.plain(), StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> said.add(new Said(Json.parse(line), frame)));
        case 2 -> said.add(new Said(unpacked(frame.plain()), frame));
        case 8 -> throw new AssertionError("closed with " + closeCode(frame) + " before " + what);
        default -> {}
      }
    }
  }

  private static JsonNode unpacked(byte[] value) {
    try (var unpacker = org.msgpack.core.MessagePack.newDefaultUnpacker(value)) {
      return Json.parse(unpacker.unpackValue().toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The code with which the server closes. */
  int awaitClose() {
    Frame frame = next();
    while (frame.first() != CLOSE) {
      frame = next();
    }
    return closeCode(frame);
  }

  private static int closeCode(Frame close) {
    return ByteBuffer.wrap(close.payload()).getShort() & 0xffff;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
