package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import dev.parley.security.Secrets;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads cursors: opaque texts that stand for positions in one or more channels. A cursor
 * belongs to the caller it was made for and is signed, so a forged, altered or foreign one is told
 * apart from one that is merely too old. Who gives such a one is in the audit trail. Valid on every
 * node of the database. Any thread.
 *
 * <p>Form: version, then for each channel its number, the epoch's hash and the offset (variable
 * length, so that a cursor of one channel has about 30 characters), then a truncated HMAC-SHA256
 * over all of it and the caller.
 */
@ApplicationScoped
public class Cursors {
  /**
   * Longest cursor that is even looked at: 128 channels and 100 direct conversations at their
   * largest. Nearly all are a third of it, and fit into a header.
   */
  static final int MAX_LENGTH = 7400;

  private static final byte VERSION = 1;
  private static final int SIGNATURE = 8;
  private static final int MAX_ENTRY = 10 + 4 + 10;

  @Inject Secrets secrets;

  private Consumer<AuditEvent> audit = event -> {};

  /** One a thread and not one a connection: each holds a kilobyte, and there are thousands. */
  private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::mac);

  /** A position as a cursor holds it; the epoch is known by its hash only. */
  public record Entry(int epochHash, long offset) {
    public static Entry of(StreamPosition position) {
      return new Entry(position.epoch().hashCode(), position.offset());
    }

    /** The position when the epoch is still this one; null when the log was replaced. */
    public @Nullable StreamPosition in(String epoch) {
      return epoch.hashCode() == epochHash ? new StreamPosition(epoch, offset) : null;
    }
  }

  /** Signs for one caller. Any thread. */
  public final class Writer {
    private final byte[] owner;

    private Writer(Caller caller) {
      this.owner = owner(caller);
    }

    /** The cursor for these positions, by channel number. */
    public String write(Map<Long, StreamPosition> positions) {
      ByteBuffer buffer = ByteBuffer.allocate(1 + positions.size() * MAX_ENTRY + SIGNATURE);
      buffer.put(VERSION);
      positions.forEach(
          (channel, position) -> {
            putNumber(buffer, channel);
            buffer.putInt(position.epoch().hashCode());
            putNumber(buffer, position.offset());
          });
      Mac mac = macs.get();
      mac.update(owner);
      mac.update(buffer.array(), 0, buffer.position());
      buffer.put(mac.doFinal(), 0, SIGNATURE);
      byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
  }

  @Inject
  void use(Event<AuditEvent> events) {
    audit = events::fire;
  }

  /** Who is told of those who give what is not theirs. */
  void tell(Consumer<AuditEvent> listener) {
    audit = listener;
  }

  /** A writer for this caller. */
  public Writer writer(Caller caller) {
    return new Writer(caller);
  }

  /**
   * The positions of a cursor, by channel number.
   *
   * @param field what to call the cursor when it is refused
   * @throws CommandRejected with {@code bad_request} when it was not made for this caller by this
   *     cluster
   */
  public Map<Long, Entry> read(Caller caller, String cursor, String field) {
    byte[] bytes = decode(cursor, field);
    int length = bytes.length - SIGNATURE;
    if (length < 1 || bytes[0] != VERSION) {
      throw refused(field);
    }
    if (!isSigned(caller, bytes, length)) {
      audit.accept(AuditEvent.by(Kind.REFUSAL, caller, "cursor"));
      throw refused(field);
    }
    Map<Long, Entry> entries = new HashMap<>();
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, length - 1);
    try {
      while (buffer.hasRemaining()) {
        long channel = getNumber(buffer);
        entries.put(channel, new Entry(buffer.getInt(), getNumber(buffer)));
      }
    } catch (BufferUnderflowException e) {
      throw refused(field);
    }
    return entries;
  }

  private static byte[] decode(String cursor, String field) {
    if (cursor.length() > MAX_LENGTH) {
      throw CommandRejected.badRequest(field + ": is longer than any cursor");
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw refused(field);
    }
    // The decoder also takes padding and bits behind the end, which nobody was given.
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(cursor)) {
      throw refused(field);
    }
    return bytes;
  }

  private boolean isSigned(Caller caller, byte[] bytes, int length) {
    Mac mac = macs.get();
    mac.update(owner(caller));
    mac.update(bytes, 0, length);
    byte[] expected = Arrays.copyOf(mac.doFinal(), SIGNATURE);
    return MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, length, bytes.length));
  }

  private static CommandRejected refused(String field) {
    return CommandRejected.badRequest(field + ": is not a cursor that you were given here");
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secrets.get("cursor"), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static byte[] owner(Caller caller) {
    return (caller.org().value() + "\n" + caller.user().value() + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void putNumber(ByteBuffer buffer, long number) {
    long rest = number;
    while (rest > 0x7f) {
      buffer.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    buffer.put((byte) rest);
  }

  private static long getNumber(ByteBuffer buffer) {
    long number = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte next = buffer.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new BufferUnderflowException();
  }
}
