package dev.parley.connection.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's WebSocket frames (RFC 6455, section 5) from pieces of any size. Messages and
 * pongs are taken out; every other control frame is left to the server. A frame that breaks the
 * protocol, or a message above the limit, is replaced by a close frame with the right code, and
 * nothing behind it is read: so no peer makes the server allocate more than the limit. One thread
 * at a time.
 */
final class FrameReader {
  /** Where what was read goes. */
  interface Sink {
    /** A complete text message. */
    void text(String message);

    /** A complete binary message. */
    void binary(byte[] message);

    /** A pong. */
    void pong();

    /** A frame as the client has sent it, for the server. */
    void leave(byte[] frame);
  }

  private static final int PROTOCOL_ERROR = 1002;
  private static final int INVALID = 1007;
  private static final int TOO_BIG = 1009;

  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;

  /** The reserved bit of permessage-deflate: on the first frame of a compressed message. */
  private static final int DEFLATED = 0x40;

  private static final int OPCODE = 0x0f;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int CONTROL = 0x08;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;
  private static final int MAX_CONTROL = 125;
  private static final int MASK_BYTES = 4;
  private static final int MAX_HEADER = 14;
  private static final byte[] NOTHING = {};

  private final Sink sink;
  private final int limit;
  private final @Nullable Compression compression;

  // The frame that is being read.
  private final byte[] header = new byte[MAX_HEADER];
  private int headerLength;
  private int payloadLength;
  private int payloadRead;
  private byte[] payload = NOTHING;

  // The message that is being read, when it comes in fragments.
  private int messageType = CONTINUATION;
  private boolean deflated;
  private @Nullable ByteArrayOutputStream message;

  private boolean ended;

  /**
   * @param limit most bytes of a message, as it comes and as it is
   * @param compression what reads compressed messages; null when none were agreed on
   */
  FrameReader(Sink sink, int limit, @Nullable Compression compression) {
    this.sink = sink;
    this.limit = limit;
    this.compression = compression;
  }

  /** Takes what has come. */
  void read(byte[] bytes, int count) {
    int at = 0;
    while (at < count && !ended) {
      at = headerIsRead() ? readPayload(bytes, at, count) : readHeader(bytes, at);
    }
  }

  private boolean headerIsRead() {
    return headerLength >= 2 && headerLength == headerNeeded();
  }

  private int headerNeeded() {
    int length = header[1] & LENGTH;
    int extended = length == LONG_LENGTH ? 8 : length == SHORT_LENGTH ? 2 : 0;
    return 2 + extended + MASK_BYTES;
  }

  /** One byte a call: headers are short. */
  private int readHeader(byte[] bytes, int at) {
    header[headerLength++] = bytes[at];
    if (headerLength == 2) {
      checkStart();
    }
    if (!ended && headerIsRead()) {
      begin();
    }
    return at + 1;
  }

  private void checkStart() {
    int first = header[0] & 0xff;
    int opcode = first & OPCODE;
    boolean isControl = (opcode & CONTROL) != 0;
    boolean known =
        isControl ? opcode == CLOSE || opcode == PING || opcode == PONG : opcode <= BINARY;
    boolean whole = (first & FIN) != 0 && (header[1] & LENGTH) <= MAX_CONTROL;
    boolean inPlace = isControl || (opcode == CONTINUATION) == (messageType != CONTINUATION);
    boolean mayBeDeflated = compression != null && (opcode == TEXT || opcode == BINARY);
    int reserved = mayBeDeflated ? RESERVED & ~DEFLATED : RESERVED;
    if (!known
        || (first & reserved) != 0
        || (header[1] & MASKED) == 0
        || (isControl && !whole)
        || !inPlace) {
      fail(PROTOCOL_ERROR);
    }
  }

  private void begin() {
    long length = length();
    int before = message == null ? 0 : message.size();
    if (length < 0 || length + before > limit) {
      fail(TOO_BIG);
      return;
    }
    payloadLength = (int) length;
    payloadRead = 0;
    payload = payloadLength == 0 ? NOTHING : new byte[payloadLength];
    if (payloadLength == 0) {
      frameIsRead();
    }
  }

  private long length() {
    int length = header[1] & LENGTH;
    return switch (length) {
      case SHORT_LENGTH -> ByteBuffer.wrap(header, 2, 2).getShort() & 0xffffL;
      case LONG_LENGTH -> ByteBuffer.wrap(header, 2, 8).getLong();
      default -> length;
    };
  }

  private int readPayload(byte[] bytes, int at, int count) {
    int length = Math.min(count - at, payloadLength - payloadRead);
    int mask = headerLength - MASK_BYTES;
    for (int i = 0; i < length; i++) {
      int place = payloadRead + i;
      payload[place] = (byte) (bytes[at + i] ^ header[mask + (place & 3)]);
    }
    payloadRead += length;
    if (payloadRead == payloadLength) {
      frameIsRead();
    }
    return at + length;
  }

  private void frameIsRead() {
    int opcode = header[0] & OPCODE;
    byte[] content = payload;
    payload = NOTHING;
    if (opcode == PONG) {
      sink.pong();
    } else if ((opcode & CONTROL) != 0) {
      leave(opcode, content);
    } else {
      messagePart(opcode, content, (header[0] & FIN) != 0);
    }
    headerLength = 0;
  }

  private void messagePart(int opcode, byte[] content, boolean last) {
    int type = opcode == CONTINUATION ? messageType : opcode;
    if (opcode != CONTINUATION) {
      deflated = (header[0] & DEFLATED) != 0;
    }
    ByteArrayOutputStream parts = message;
    if (!last && parts == null) {
      parts = new ByteArrayOutputStream(content.length);
    }
    if (parts != null) {
      parts.writeBytes(content);
    }
    messageType = last ? CONTINUATION : type;
    message = last ? null : parts;
    if (last) {
      byte[] whole = parts == null ? content : parts.toByteArray();
      if (deflated) {
        inflate(type, whole);
      } else {
        messageIsRead(type, whole);
      }
    }
  }

  private void inflate(int type, byte[] packed) {
    try {
      byte[] whole = Objects.requireNonNull(compression).inflated(packed, limit);
      if (whole == null) {
        fail(TOO_BIG);
      } else {
        messageIsRead(type, whole);
      }
    } catch (DataFormatException e) {
      fail(INVALID);
    }
  }

  private void messageIsRead(int type, byte[] whole) {
    if (type == BINARY) {
      sink.binary(whole);
    } else {
      text(whole);
    }
  }

  private void text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0 && !isUtf8(bytes)) {
      fail(INVALID);
    } else {
      sink.text(text);
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Hands on a control frame, with a mask of zeros in place of the client's. */
  private void leave(int opcode, byte[] content) {
    byte[] frame = new byte[2 + MASK_BYTES + content.length];
    frame[0] = (byte) (FIN | opcode);
    frame[1] = (byte) (MASKED | content.length);
    System.arraycopy(content, 0, frame, 2 + MASK_BYTES, content.length);
    sink.leave(frame);
  }

  private void fail(int code) {
    ended = true;
    payload = NOTHING;
    message = null;
    leave(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }
}
