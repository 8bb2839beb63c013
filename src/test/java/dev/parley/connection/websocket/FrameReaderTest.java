package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int LIMIT = 1000;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;

  private static final int DEFLATED = 0x40;

  private final List<String> heard = new ArrayList<>();
  private FrameReader reader = reader(null);

  private FrameReader reader(@Nullable Compression compression) {
    return new FrameReader(
        new FrameReader.Sink() {
          @Override
          public void text(String message) {
            heard.add("text " + message);
          }

          @Override
          public void binary(byte[] message) {
            heard.add("binary " + Arrays.toString(message));
          }

          @Override
          public void pong() {
            heard.add("pong");
          }

          @Override
          public void leave(byte[] frame) {
            assertThat(frame[0] & FIN).isEqualTo(FIN);
            assertThat(frame[1] & 0x80).as("masked, as a client's").isEqualTo(0x80);
            byte[] content = Arrays.copyOfRange(frame, 6, frame.length);
            assertThat(frame[1] & 0x7f).isEqualTo(content.length);
            int opcode = frame[0] & 0x0f;
            heard.add(
                opcode == CLOSE
                    ? "close " + ByteBuffer.wrap(content).getShort()
                    : opcode + " " + new String(content, StandardCharsets.UTF_8));
          }
        },
        LIMIT,
        compression);
  }

  private void read(byte[] bytes) {
    reader.read(bytes, bytes.length);
  }

  private static byte[] frame(int first, String content) {
    return frame(first, content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] frame(int first, byte[] content) {
    byte[] mask = {0x11, (byte) 0xf2, 0x33, 0x44};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    if (content.length < 126) {
      out.write(0x80 | content.length);
    } else {
      out.write(0x80 | 126);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(mask);
    for (int i = 0; i < content.length; i++) {
      out.write(content[i] ^ mask[i % 4]);
    }
    return out.toByteArray();
  }

  private static byte[] together(byte[]... frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      out.writeBytes(frame);
    }
    return out.toByteArray();
  }

  @Test
  void messagesAndPongsAreTakenAndPingsAreLeft() {
    read(
        together(
            frame(FIN | TEXT, "größe 😀"),
            frame(FIN | PING, "p"),
            frame(FIN | PONG, "x"),
            frame(FIN | BINARY, new byte[] {1, 2}),
            frame(FIN | TEXT, "")));
    assertThat(heard).containsExactly("text größe 😀", "9 p", "pong", "binary [1, 2]", "text ");
  }

  /** However the network cuts it, what is read is the same. */
  @Test
  void piecesOfAnySizeMakeTheSameMessages() {
    Random random = new Random(7);
    List<String> expected = new ArrayList<>();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 500; i++) {
      String text = i + "é".repeat(random.nextInt(LIMIT / 2 - 2));
      expected.add("text " + text);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int cut = random.nextInt(bytes.length + 1);
      if (random.nextBoolean()) {
        all.writeBytes(frame(FIN | TEXT, bytes));
      } else {
        all.writeBytes(frame(TEXT, Arrays.copyOf(bytes, cut)));
        all.writeBytes(frame(FIN | PONG, ""));
        expected.add(expected.size() - 1, "pong");
        all.writeBytes(frame(FIN | CONTINUATION, Arrays.copyOfRange(bytes, cut, bytes.length)));
      }
    }
    byte[] stream = all.toByteArray();
    for (int at = 0; at < stream.length; ) {
      int count = Math.min(stream.length - at, 1 + random.nextInt(300));
      read(Arrays.copyOfRange(stream, at, at + count));
      at += count;
    }
    assertThat(heard).isEqualTo(expected);
  }

  /** F-02. */
  @Test
  void tooLongAMessageIsReplacedByACloseFrameAndNothingBehindItIsRead() {
    read(together(frame(FIN | TEXT, "x".repeat(LIMIT + 1)), frame(FIN | TEXT, "later")));
    assertThat(heard).containsExactly("close 1009");
  }

  /** F-04. The length's top bit is set: a signed reading would take it for a short one. */
  @ParameterizedTest
  @ValueSource(longs = {0x8000000020000000L, Long.MAX_VALUE, -1, 1L << 32, LIMIT + 1})
  void announcedLengthIsBelievedBeforeAnythingIsAllocated(long length) {
    ByteBuffer header = ByteBuffer.allocate(14);
    header.put((byte) (FIN | TEXT)).put((byte) 0xff).putLong(length).putInt(0);
    read(header.array());
    assertThat(heard).containsExactly("close 1009");
  }

  /** F-02. */
  @Test
  void fragmentsTogetherMayNotBeLongerThanTheLimit() {
    read(frame(TEXT, "x".repeat(LIMIT)));
    assertThat(heard).isEmpty();
    read(frame(CONTINUATION, "x"));
    assertThat(heard).containsExactly("close 1009");
  }

  /** F-01, F-03. */
  @Test
  void whatRfc6455ForbidsEndsTheConnectionWith1002() {
    byte[] unmasked = {(byte) (FIN | TEXT), 1, 'x'};
    assertRefused(unmasked);
    assertRefused(frame(FIN | 0x40 | TEXT, "reserved bit"));
    assertRefused(frame(FIN | 3, "unknown opcode"));
    assertRefused(frame(FIN | 11, "unknown control opcode"));
    assertRefused(frame(PING, "a ping in fragments"));
    assertRefused(frame(FIN | PING, "x".repeat(126)));
    assertRefused(frame(FIN | CONTINUATION, "of nothing"));
    assertRefused(together(frame(TEXT, "begun"), frame(FIN | TEXT, "another")));
  }

  private static void assertRefused(byte[] bytes) {
    FrameReaderTest fresh = new FrameReaderTest();
    fresh.read(bytes);
    assertThat(fresh.heard).containsExactly("close 1002");
  }

  /** F-01. */
  @Test
  void textThatIsNotUtf8EndsTheConnectionWith1007() {
    read(frame(FIN | TEXT, new byte[] {'a', (byte) 0xc3}));
    assertThat(heard).containsExactly("close 1007");
  }

  @Test
  void theReplacementCharacterItselfIsText() {
    read(frame(FIN | TEXT, "\uFFFD"));
    assertThat(heard).containsExactly("text \uFFFD");
  }

  // permessage-deflate ---------------------------------------------------------------------------

  private static FrameReaderTest withCompression() {
    FrameReaderTest client = new FrameReaderTest();
    client.reader = client.reader(new Compression(0));
    return client;
  }

  private static byte[] deflated(String text) {
    return Deflated.message(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void compressedMessagesAreReadBesidePlainOnes() {
    FrameReaderTest client = withCompression();
    client.read(
        together(
            frame(FIN | DEFLATED | TEXT, deflated("größe 😀 größe größe")),
            frame(FIN | TEXT, "plain"),
            frame(FIN | DEFLATED | TEXT, new byte[] {0}),
            frame(FIN | DEFLATED | BINARY, Deflated.message(new byte[] {1, 2}))));
    assertThat(client.heard)
        .containsExactly("text größe 😀 größe größe", "text plain", "text ", "binary [1, 2]");
  }

  @Test
  void aCompressedMessageInFragmentsIsMarkedOnItsFirstOnly() {
    byte[] packed = deflated("x".repeat(500) + "ä");
    int cut = packed.length / 2;
    byte[] first = frame(DEFLATED | TEXT, Arrays.copyOf(packed, cut));
    byte[] second = Arrays.copyOfRange(packed, cut, packed.length);
    FrameReaderTest client = withCompression();
    client.read(
        together(
            first,
            frame(FIN | PONG, ""),
            frame(FIN | CONTINUATION, second),
            frame(FIN | TEXT, "plain")));
    assertThat(client.heard).containsExactly("pong", "text " + "x".repeat(500) + "ä", "text plain");
    FrameReaderTest marked = withCompression();
    marked.read(together(first, frame(FIN | DEFLATED | CONTINUATION, second)));
    assertThat(marked.heard).containsExactly("close 1002");
  }

  @Test
  void theReservedBitsAreRefusedWhereNothingWasAgreedOn() {
    for (int first : new int[] {0x40 | PING, 0x20 | TEXT, 0x10 | TEXT, 0x60 | TEXT}) {
      FrameReaderTest client = withCompression();
      client.read(frame(FIN | first, ""));
      assertThat(client.heard).as("%x", first).containsExactly("close 1002");
    }
    read(frame(FIN | DEFLATED | TEXT, deflated("not agreed on")));
    assertThat(heard).containsExactly("close 1002");
  }

  /** F-08. */
  @Test
  void theLimitIsThatOfWhatWasUnpacked() {
    FrameReaderTest client = withCompression();
    client.read(frame(FIN | DEFLATED | TEXT, deflated("x".repeat(LIMIT))));
    client.read(frame(FIN | DEFLATED | TEXT, deflated("x".repeat(LIMIT + 1))));
    assertThat(client.heard).containsExactly("text " + "x".repeat(LIMIT), "close 1009");
  }

  @Test
  void whatCannotBeUnpackedEndsTheConnectionWith1007() {
    byte[] whole = deflated("abcdefghijklmnopqrstuvwxyz");
    for (byte[] bad :
        List.of(
            new byte[] {(byte) 0xff, 0, 1},
            // Announces a hundred bytes and has one.
            new byte[] {0, 100, 0, (byte) ~100, (byte) 0xff, 'a'},
            Arrays.copyOf(whole, whole.length / 2),
            new byte[0])) {
      FrameReaderTest client = withCompression();
      client.read(frame(FIN | DEFLATED | TEXT, bad));
      assertThat(client.heard).as(Arrays.toString(bad)).containsExactly("close 1007");
    }
    FrameReaderTest client = withCompression();
    client.read(frame(FIN | DEFLATED | TEXT, Deflated.message(new byte[] {'a', (byte) 0xc3})));
    assertThat(client.heard).as("not UTF-8").containsExactly("close 1007");
  }
}
