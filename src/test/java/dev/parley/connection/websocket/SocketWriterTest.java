package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.delivery.Transport.Written;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SocketWriterTest {
  private final Line line = new Line();
  private final List<String> told = new ArrayList<>();
  private int asked;
  private final SocketWriter writer = new SocketWriter(line, () -> asked++);

  /** Takes so many bytes and no more, as a peer does that reads slowly. */
  private static final class Line implements WritableByteChannel {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    final List<Integer> asked = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    @Nullable IOException failure;

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (failure != null) {
        throw failure;
      }
      asked.add(bytes.remaining());
      int count = Math.min(room, bytes.remaining());
      for (int i = 0; i < count; i++) {
        taken.write(bytes.get());
      }
      room -= count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}

    String text() {
      return taken.toString(StandardCharsets.US_ASCII);
    }
  }

  private void write(String text) {
    Written written = failure -> told.add(failure == null ? text : text + " failed");
    writer.write(text.getBytes(StandardCharsets.US_ASCII), written);
  }

  @Test
  void whatTheLineTakesIsWrittenWithinTheCall() {
    write("one");
    write("two");
    assertThat(line.text()).isEqualTo("onetwo");
    assertThat(told).containsExactly("one", "two");
    assertThat(asked).isZero();
    assertThat(writer.isFlushed()).isTrue();
  }

  /** Seen to fail when a write does not look at what waits before it. */
  @Test
  void nothingGetsIntoTheMiddleOfWhatWasTakenInPart() {
    line.room = 2;
    write("first");
    assertThat(asked).isEqualTo(1);
    line.room = 100;
    write("pong");
    assertThat(line.text()).isEqualTo("fi");
    assertThat(told).isEmpty();
    assertThat(writer.isFlushed()).isFalse();
    line.room = 5;
    writer.writable();
    assertThat(line.text()).isEqualTo("firstpo");
    assertThat(told).containsExactly("first");
    line.room = 100;
    writer.writable();
    assertThat(line.text()).isEqualTo("firstpong");
    assertThat(told).containsExactly("first", "pong");
    assertThat(writer.isFlushed()).isTrue();
  }

  @Test
  void roomIsAskedForAgainUntilEverythingIsWritten() {
    line.room = 1;
    write("abc");
    line.room = 1;
    writer.writable();
    assertThat(asked).isEqualTo(2);
    line.room = 1;
    writer.writable();
    assertThat(asked).isEqualTo(2);
    assertThat(told).containsExactly("abc");
  }

  @Test
  void aPeerThatTakesNothingDoesNotMakeItGrow() {
    line.room = 0;
    for (int i = 0; i < 65; i++) {
      write("pong");
    }
    assertThat(told).containsExactly("pong failed");
  }

  @Test
  void whatWaitsAndWhatComesFailsWhenTheConnectionIsGone() {
    line.room = 1;
    write("waits");
    writer.end();
    write("late");
    assertThat(told).containsExactly("waits failed", "late failed");
    assertThat(line.text()).isEqualTo("w");
  }

  @Test
  void aBrokenLineFailsEachWriteOnce() {
    line.room = 1;
    write("waits");
    write("too");
    line.failure = new ClosedChannelException();
    writer.writable();
    assertThat(told).containsExactly("waits failed", "too failed");
    write("late");
    assertThat(told).endsWith("late failed").hasSize(3);
  }

  @Test
  void largeWritesAreMadeInPartsBecauseEachIsCopied() {
    int size = 128 << 10;
    String large = "0123456789abcdef".repeat(size / 4);
    line.room = size + 10;
    write(large);
    assertThat(line.asked).containsExactly(size, size);
    for (int i = 0; i < 3; i++) {
      line.room = size;
      writer.writable();
    }
    assertThat(line.asked).hasSizeLessThan(12).allMatch(asked -> asked <= size);
    assertThat(line.text()).isEqualTo(large);
    assertThat(told).containsExactly(large);
  }
}
