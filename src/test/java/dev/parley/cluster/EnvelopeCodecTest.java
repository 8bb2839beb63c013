package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.EnvelopeRejected.Reason;
import dev.parley.protocol.StreamPosition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What one node writes the others read; what nobody of us wrote is rejected, and nothing worse. */
class EnvelopeCodecTest {
  private static final byte[] TOPIC = EnvelopeCodec.utf8("parley/c/acme/room:a");
  private static final BusMessage HELLO =
      new BusMessage(7, new StreamPosition("e", 1), "message", 5, "{\"data\":\"hello\"}");

  private final EnvelopeCodec codec = new EnvelopeCodec(RedisBuses.KEY, 1 << 20);

  @Provide
  static Arbitrary<BusMessage> messages() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.strings().ofMinLength(1).ofMaxLength(32).excludeChars('\0'),
            Arbitraries.longs().between(0, StreamPosition.MAX_OFFSET),
            Arbitraries.strings().ofMaxLength(64),
            Arbitraries.longs(),
            Arbitraries.strings().ofMaxLength(300).injectNull(0.1))
        .as(
            (sender, epoch, offset, event, time, body) ->
                new BusMessage(
                    sender,
                    new StreamPosition(whole(epoch), offset),
                    whole(event),
                    time,
                    body == null ? null : whole(body)));
  }

  @Test
  void whatIsStoredNowhereIsSentWholeHoweverLarge() throws Exception {
    EnvelopeCodec small = new EnvelopeCodec(RedisBuses.KEY, 10);
    BusMessage message = new BusMessage(7, null, "tick", 8, "longer than ten bytes");
    assertThat(small.decode(TOPIC, small.encode(TOPIC, message))).isEqualTo(message);
  }

  @Test
  void whatHasNeitherAPositionNorABodyIsRejected() {
    byte[] bytes = codec.encode(TOPIC, new BusMessage(7, null, "tick", 8, null));
    assertRejected(Reason.MALFORMED, () -> codec.decode(TOPIC, bytes));
  }

  /** Without halves of surrogate pairs, which have no bytes and which nothing here holds. */
  private static String whole(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Property(tries = 300)
  void everythingIsReadAsItWasWritten(@ForAll("messages") BusMessage message) throws Exception {
    assertThat(codec.decode(TOPIC, codec.encode(TOPIC, message))).isEqualTo(message);
  }

  @Property(tries = 300)
  void whatIsChangedInOneBitIsRejected(@ForAll("messages") BusMessage message, @ForAll int where) {
    byte[] bytes = codec.encode(TOPIC, message);
    int bit = Math.floorMod(where, bytes.length * 8);
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    assertRejected(bit / 8 == 0 ? Reason.VERSION : Reason.FORGED, () -> codec.decode(TOPIC, bytes));
  }

  @Property(tries = 300)
  void whatIsCutIsRejected(@ForAll("messages") BusMessage message, @ForAll int where) {
    byte[] bytes = codec.encode(TOPIC, message);
    byte[] cut = Arrays.copyOf(bytes, Math.floorMod(where, bytes.length));
    assertRejected(Reason.FORGED, () -> codec.decode(TOPIC, cut));
  }

  @Property(tries = 1000)
  void garbageIsRejected(@ForAll byte[] bytes) {
    assertThatThrownBy(() -> codec.decode(TOPIC, bytes)).isInstanceOf(EnvelopeRejected.class);
  }

  /** A node with a bug, or with our key and ill will, can do no more than waste our time. */
  @Property(tries = 1000)
  void garbageThatIsSignedIsReadOrRejected(@ForAll byte[] garbage) {
    byte[] bytes = signed(garbage);
    try {
      assertThat(codec.decode(TOPIC, bytes)).isNotNull();
    } catch (EnvelopeRejected e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
    }
  }

  /** Seen to fail when the topic is not signed. */
  @Example
  void whatWasSentToOneChannelIsRejectedInAnother() {
    byte[] bytes = codec.encode(TOPIC, HELLO);
    assertRejected(
        Reason.FORGED, () -> codec.decode(EnvelopeCodec.utf8("parley/c/acme/room:b"), bytes));
  }

  @Example
  void anotherKeyIsAForgery() {
    EnvelopeCodec other = new EnvelopeCodec(EnvelopeCodec.utf8("another key, also long"), 1 << 20);
    assertRejected(Reason.FORGED, () -> codec.decode(TOPIC, other.encode(TOPIC, HELLO)));
  }

  @Example
  void whatIsTooLargeIsNotEvenVerified() {
    assertRejected(
        Reason.OVERSIZED, () -> codec.decode(TOPIC, new byte[EnvelopeCodec.MAX_SIZE + 1]));
  }

  @Example
  void aBodyAboveTheLimitStaysAtHomeAndItsPositionGoes() throws Exception {
    EnvelopeCodec small = new EnvelopeCodec(RedisBuses.KEY, 15);
    BusMessage read = codec.decode(TOPIC, small.encode(TOPIC, HELLO));
    assertThat(read)
        .isEqualTo(new BusMessage(7, HELLO.position(), HELLO.event(), HELLO.time(), null));
  }

  /** The next release may add what this one does not know. */
  @Example
  void aFieldOfANewerReleaseIsSkipped() throws Exception {
    byte[] old = codec.encode(TOPIC, HELLO);
    ByteBuffer more = ByteBuffer.allocate(old.length + 5 + 3 + 5);
    more.put(old).put((byte) 77).putInt(3).put(new byte[3]).put((byte) 78).putInt(0);
    assertThat(codec.decode(TOPIC, codec.signed(TOPIC, more.array()))).isEqualTo(HELLO);
  }

  @Example
  void theSenderIsReadWithoutVerification() {
    assertThat(EnvelopeCodec.sender(codec.encode(TOPIC, HELLO))).isEqualTo(7);
    assertThat(EnvelopeCodec.sender(new byte[3])).isZero();
  }

  private byte[] signed(byte[] garbage) {
    byte[] bytes = new byte[25 + garbage.length];
    bytes[0] = EnvelopeCodec.VERSION;
    System.arraycopy(garbage, 0, bytes, 25, garbage.length);
    return codec.signed(TOPIC, bytes);
  }

  private static void assertRejected(Reason reason, ThrowingCallable decoding) {
    assertThatThrownBy(decoding)
        .isInstanceOfSatisfying(
            EnvelopeRejected.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
