package dev.parley.cluster;

import dev.parley.cluster.EnvelopeRejected.Reason;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.StreamPosition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes and reads what nodes send through Redis: one byte of version, 16 bytes of signature, eight
 * of the sending node, then fields of one byte of tag, four of length, and content.
 *
 * <p>The signature (HMAC-SHA256, cut) covers everything else and the topic. So whoever can write to
 * Redis but has not the key can forge nothing, and can repeat something only in its own channel,
 * where an old position is dropped.
 *
 * <p>A field with a tag that this release does not know is skipped, so that the next one may add
 * some; the version changes only when a node must not go on without understanding. Not for two
 * threads at once.
 */
final class EnvelopeCodec {
  static final byte VERSION = 1;

  /** Largest body that may be sent: the largest message there is, twice. */
  static final int MAX_BODY = 2 << 20;

  /** Nothing that a node sends is larger: a body, and the short texts beside it. */
  static final int MAX_SIZE = MAX_BODY + (64 << 10);

  private static final int MAC_START = 1;
  private static final int MAC_LENGTH = 16;
  private static final int SENDER_START = MAC_START + MAC_LENGTH;
  private static final int FIELDS_START = SENDER_START + Long.BYTES;
  private static final int FIELD_HEAD = 1 + Integer.BYTES;

  private static final byte EPOCH = 1;
  private static final byte OFFSET = 2;
  private static final byte EVENT = 3;
  private static final byte TIME = 4;
  private static final byte BODY = 5;

  private final Mac mac;
  private final int maxBody;

  /**
   * @param key what all nodes share
   * @param maxBody bytes of the largest body that is sent
   */
  EnvelopeCodec(byte[] key, int maxBody) {
    this.maxBody = maxBody;
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }

  /** The node that says it has sent this; not verified, and zero for what is too short. */
  static long sender(byte[] bytes) {
    return bytes.length < FIELDS_START ? 0 : ByteBuffer.wrap(bytes).getLong(SENDER_START);
  }

  byte[] encode(byte[] topic, BusMessage message) {
    StreamPosition position = message.position();
    byte[] epoch = position == null ? null : utf8(position.epoch());
    byte[] event = utf8(message.event());
    byte[] body = message.body() == null ? null : utf8(message.body());
    // What is not in the log cannot be read there: it is sent whole.
    if (position != null && body != null && body.length > maxBody) {
      body = null;
    }
    int size = FIELDS_START + 2 * FIELD_HEAD + event.length + Long.BYTES;
    size += epoch == null ? 0 : 2 * FIELD_HEAD + epoch.length + Long.BYTES;
    ByteBuffer out = ByteBuffer.allocate(size + (body == null ? 0 : FIELD_HEAD + body.length));
    out.put(VERSION).position(SENDER_START).putLong(message.sender());
    if (position != null && epoch != null) {
      put(out, EPOCH, epoch);
      out.put(OFFSET).putInt(Long.BYTES).putLong(position.offset());
    }
    put(out, EVENT, event);
    out.put(TIME).putInt(Long.BYTES).putLong(message.time());
    if (body != null) {
      put(out, BODY, body);
    }
    return signed(topic, out.array());
  }

  /** Writes the signature into its place. */
  byte[] signed(byte[] topic, byte[] bytes) {
    System.arraycopy(mac(topic, bytes), 0, bytes, MAC_START, MAC_LENGTH);
    return bytes;
  }

  /** Reads what a node has sent; {@code body} is null when only the position came. */
  BusMessage decode(byte[] topic, byte[] bytes) throws EnvelopeRejected {
    if (bytes.length > MAX_SIZE) {
      throw new EnvelopeRejected(Reason.OVERSIZED);
    }
    if (bytes.length < FIELDS_START) {
      throw new EnvelopeRejected(Reason.FORGED);
    }
    if (bytes[0] != VERSION) {
      throw new EnvelopeRejected(Reason.VERSION);
    }
    byte[] ours = mac(topic, bytes);
    ByteBuffer theirs = ByteBuffer.wrap(bytes, MAC_START, MAC_LENGTH);
    if (!MessageDigest.isEqual(bytes(theirs, MAC_LENGTH), ours)) {
      throw new EnvelopeRejected(Reason.FORGED);
    }
    try {
      return fields(ByteBuffer.wrap(bytes).position(SENDER_START));
    } catch (BufferUnderflowException | IllegalArgumentException | CommandRejected e) {
      throw new EnvelopeRejected(Reason.MALFORMED);
    }
  }

  private static BusMessage fields(ByteBuffer in) throws EnvelopeRejected {
    long sender = in.getLong();
    Map<Byte, ByteBuffer> fields = new HashMap<>();
    while (in.hasRemaining()) {
      byte tag = in.get();
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new EnvelopeRejected(Reason.MALFORMED);
      }
      // A tag of a newer release is never asked for.
      fields.put(tag, in.slice(in.position(), length));
      in.position(in.position() + length);
    }
    ByteBuffer body = fields.get(BODY);
    StreamPosition position =
        body != null && !fields.containsKey(EPOCH)
            ? null
            : new StreamPosition(text(field(fields, EPOCH)), field(fields, OFFSET).getLong());
    return new BusMessage(
        sender,
        position,
        text(field(fields, EVENT)),
        field(fields, TIME).getLong(),
        body == null ? null : text(body));
  }

  private static ByteBuffer field(Map<Byte, ByteBuffer> fields, byte tag) throws EnvelopeRejected {
    ByteBuffer field = fields.get(tag);
    if (field == null) {
      throw new EnvelopeRejected(Reason.MALFORMED);
    }
    return field;
  }

  private byte[] mac(byte[] topic, byte[] bytes) {
    mac.update(bytes, 0, MAC_START);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, topic.length));
    mac.update(topic);
    mac.update(bytes, SENDER_START, bytes.length - SENDER_START);
    return bytes(ByteBuffer.wrap(mac.doFinal()), MAC_LENGTH);
  }

  private static void put(ByteBuffer out, byte tag, byte[] content) {
    out.put(tag).putInt(content.length).put(content);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer field) {
    return StandardCharsets.UTF_8.decode(field).toString();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
