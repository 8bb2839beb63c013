package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.delivery.OutboundFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class CompressionTest {
  private static final int ABOVE = 1024;
  private static final int LIMIT = 100_000;

  private final Compression compression = new Compression(ABOVE);

  private static OutboundFrame frame(String text) {
    return OutboundFrame.control("x", "{\"text\":\"" + text + "\"}");
  }

  private static byte[] payload(byte[] frames, int at) {
    int begin = at + Frames.headerLength(frames, at);
    return Arrays.copyOfRange(frames, begin, begin + Frames.payloadLength(frames, at));
  }

  @Test
  void smallMessagesStayAsTheyAre() {
    byte[] frames = Frames.text(List.of(frame("a".repeat(ABOVE - 20))));
    assertThat(compression.deflated(frames)).isSameAs(frames);
  }

  @Test
  void aLargeMessageIsSmallerAndTheSame() {
    for (int length : new int[] {ABOVE, 20_000, 70_000, 1_000_000}) {
      List<OutboundFrame> batch = List.of(frame("ä".repeat(length)), frame("b"));
      byte[] frames = compression.deflated(Frames.text(batch));
      assertThat(frames[0]).isEqualTo((byte) 0xc1);
      assertThat(frames).hasSizeLessThan(length / 10);
      assertThat(new String(Deflated.plain(payload(frames, 0)), StandardCharsets.UTF_8))
          .isEqualTo(batch.get(0).json() + "\n" + batch.get(1).json());
    }
  }

  @Test
  void ofBinaryMessagesSideBySideTheLargeOnesAreCompressed() {
    List<OutboundFrame> batch = List.of(frame("a"), frame("b".repeat(70_000)), frame("c"));
    byte[] frames = compression.deflated(Frames.msgpack(batch));
    int at = 0;
    for (OutboundFrame one : batch) {
      boolean large = one.json().length() > ABOVE;
      assertThat(frames[at]).isEqualTo((byte) (large ? 0xc2 : 0x82));
      byte[] payload = payload(frames, at);
      assertThat(large ? Deflated.plain(payload) : payload).isEqualTo(one.text().msgpack());
      at += Frames.headerLength(frames, at) + payload.length;
    }
    assertThat(at).isEqualTo(frames.length);
  }

  @Test
  void whatGetsNoSmallerStaysAsItIs() {
    StringBuilder noise = new StringBuilder();
    new Random(1).ints(5_000, 0x4e00, 0x9000).forEach(c -> noise.append((char) c));
    byte[] frames = Frames.text(List.of(frame(noise.toString())));
    byte[] sent = compression.deflated(frames);
    if (sent != frames) {
      assertThat(sent).hasSizeLessThan(frames.length);
    }
    byte[] random = new byte[5_000];
    new Random(2).nextBytes(random);
    byte[] header = {(byte) 0x82, 126, (byte) (random.length >> 8), (byte) random.length};
    byte[] binary = Arrays.copyOf(header, header.length + random.length);
    System.arraycopy(random, 0, binary, header.length, random.length);
    assertThat(compression.deflated(binary)).isEqualTo(binary);
  }

  /** Only the answer to a recovery is so long. */
  @Test
  void whatWouldTakeTooLongStaysAsItIs() {
    byte[] frames = Frames.text(List.of(frame("a".repeat(4 << 20))));
    assertThat(compression.deflated(frames)).isEqualTo(frames);
  }

  @Test
  void whatIsReadIsWhatWasSent() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      byte[] plain = new byte[random.nextInt(3_000)];
      random.nextBytes(plain);
      Arrays.fill(plain, plain.length / 3, plain.length, (byte) 'x');
      assertThat(compression.inflated(Deflated.message(plain), LIMIT)).isEqualTo(plain);
    }
  }

  /** RFC 7692, 7.2.3.4. */
  @Test
  void aBlockThatIsMarkedAsTheLastOneIsRead() throws Exception {
    byte[] hello = {(byte) 0xf3, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 7, 0, 0};
    assertThat(compression.inflated(hello, LIMIT))
        .isEqualTo("Hello".getBytes(StandardCharsets.UTF_8));
  }

  /** 250 MB in 250 KB: a thousand times the limit. */
  @Test
  void aBombIsNotUnpacked() throws Exception {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    byte[] buffer = new byte[8192];
    for (int i = 0; i < 250; i++) {
      deflater.setInput(zeros);
      for (int count = 1; count > 0; ) {
        count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        out.write(buffer, 0, count);
        if (count < buffer.length) {
          break;
        }
      }
    }
    deflater.end();
    assertThat(compression.inflated(out.toByteArray(), LIMIT)).isNull();
  }

  @Test
  void aMessageThatBreaksOffIsNoMessage() {
    // Announces a hundred bytes and has one.
    byte[] part = {0, 100, 0, (byte) ~100, (byte) 0xff, 'a'};
    assertThatThrownBy(() -> compression.inflated(part, LIMIT))
        .isInstanceOf(DataFormatException.class);
  }

  @Test
  void afterAFailureTheNextMessageIsReadAfresh() throws Exception {
    byte[] good = Deflated.message("good".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> compression.inflated(new byte[] {(byte) 0xff}, LIMIT))
        .isInstanceOf(DataFormatException.class);
    assertThat(compression.inflated(Deflated.message(new byte[LIMIT + 1]), LIMIT)).isNull();
    assertThat(compression.inflated(good, LIMIT))
        .isEqualTo("good".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void afterTheEndWhatIsUnderWayIsFinished() throws Exception {
    byte[] packed = Deflated.message(new byte[10]);
    assertThat(compression.inflated(packed, LIMIT)).hasSize(10);
    compression.end();
    assertThat(compression.inflated(packed, LIMIT)).hasSize(10);
    byte[] frames = Frames.text(List.of(frame("a".repeat(5_000))));
    assertThat(compression.deflated(frames)).hasSizeLessThan(frames.length);
  }
}
