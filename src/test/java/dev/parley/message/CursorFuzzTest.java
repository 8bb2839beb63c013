package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import dev.parley.security.Secrets;
import dev.parley.testkit.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever is given as a cursor, it is one of this caller's or a bad request. */
class CursorFuzzTest {
  private static final Caller ANN = Callers.of("ann");

  private final Cursors cursors = cursors();

  private static Cursors cursors() {
    Cursors cursors = new Cursors();
    cursors.secrets =
        new Secrets() {
          @Override
          public byte[] get(String name) {
            return name.getBytes(StandardCharsets.UTF_8);
          }
        };
    return cursors;
  }

  /**
   * Seen to fail when the signature was not compared, and, after a while, when padding was accepted
   * behind it.
   */
  @Test
  void nothingButWhatWasGivenIsRead() {
    Map<Long, StreamPosition> positions =
        Map.of(1L, new StreamPosition("e", 7), 70_000L, new StreamPosition("f", 1L << 40));
    String given = cursors.writer(ANN).write(positions);
    String foreign = cursors.writer(Callers.of("bob")).write(positions);
    Fuzz.run(
        random -> Fuzz.text(random, List.of(given, foreign)),
        text -> {
          try {
            assertThat(cursors.read(ANN, text, "cursor")).hasSize(2);
            assertThat(text).isEqualTo(given);
          } catch (CommandRejected e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(e).hasMessageStartingWith("cursor: ");
          }
        });
  }
}
