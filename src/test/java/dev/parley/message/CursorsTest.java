package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.message.Cursors.Entry;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.AuditEvent;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import dev.parley.security.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cursor is good for the caller it was given to, and nothing else is a cursor (CWE-345). */
class CursorsTest {
  private static final Caller ANN = Callers.of("ann");
  private static final StreamPosition AT_7 = new StreamPosition("epoch", 7);

  private final Cursors cursors = cursors("a key of this cluster");

  private static Cursors cursors(String key) {
    Cursors cursors = new Cursors();
    cursors.secrets =
        new Secrets() {
          @Override
          public byte[] get(String name) {
            return (key + name).getBytes(StandardCharsets.UTF_8);
          }
        };
    return cursors;
  }

  @Property
  void aCursorIsReadBackByItsOwner(@ForAll("positions") Map<Long, StreamPosition> positions) {
    String cursor = cursors.writer(ANN).write(positions);
    Map<Long, Entry> expected = new HashMap<>();
    positions.forEach((channel, position) -> expected.put(channel, Entry.of(position)));
    assertThat(cursors.read(ANN, cursor, "cursor")).isEqualTo(expected);
    positions.forEach(
        (channel, position) ->
            assertThat(expected.get(channel).in(position.epoch())).isEqualTo(position));
  }

  @Provide
  Arbitrary<Map<Long, StreamPosition>> positions() {
    Arbitrary<Long> channels =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 300), Arbitraries.longs().greaterOrEqual(1));
    Arbitrary<StreamPosition> positions =
        Combinators.combine(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(32),
                Arbitraries.longs().between(0, StreamPosition.MAX_OFFSET))
            .as(StreamPosition::new);
    return Arbitraries.maps(channels, positions).ofMaxSize(20);
  }

  @Test
  void oneWriterWritesManyCursors() {
    Cursors.Writer writer = cursors.writer(ANN);
    for (long offset = 0; offset < 1000; offset++) {
      String cursor = writer.write(Map.of(5L, AT_7.at(offset)));
      assertThat(cursors.read(ANN, cursor, "cursor").get(5L).offset()).isEqualTo(offset);
    }
  }

  @Test
  void aCursorIsShortAndSafeInAQueryAndAHeader() {
    String cursor = cursors.writer(ANN).write(Map.of(1_000_000L, AT_7.at(1_000_000)));
    assertThat(cursor).hasSizeLessThan(32).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void theMostChannelsOfAConnectionFitAtTheirLargest() {
    Map<Long, StreamPosition> positions = new HashMap<>();
    for (long i = 0; i < 228; i++) {
      positions.put(Long.MAX_VALUE - i, new StreamPosition("e" + i, StreamPosition.MAX_OFFSET));
    }
    String cursor = cursors.writer(ANN).write(positions);
    assertThat(cursor).hasSizeLessThanOrEqualTo(Cursors.MAX_LENGTH);
    assertThat(cursors.read(ANN, cursor, "cursor")).hasSize(228);
  }

  @Test
  void aCursorOfAnotherClusterIsRefused() {
    String cursor = cursors("another key").writer(ANN).write(Map.of(1L, AT_7));
    assertRefused(ANN, cursor);
  }

  /** */
  @Test
  void aCursorOfAnotherUserOrTenantIsRefusedAndNoted() {
    List<AuditEvent> noted = new ArrayList<>();
    cursors.tell(noted::add);
    String cursor = cursors.writer(ANN).write(Map.of(1L, AT_7));
    assertRefused(Callers.of("bob"), cursor);
    assertRefused(Callers.of("Ann"), cursor);
    assertRefused(Callers.of(new OrgId("other"), "ann"), cursor);
    assertThat(noted).extracting(AuditEvent::actor).containsExactly("bob", "Ann", "ann");
    assertThat(noted).allMatch(event -> !event.toString().contains(cursor));
  }

  @Test
  void aNewTokenOfTheSamePersonKeepsItsCursors() {
    String cursor = cursors.writer(ANN).write(Map.of(1L, AT_7));
    assertThat(cursors.read(Callers.of("ann", "publisher"), cursor, "cursor")).hasSize(1);
  }

  /** Seen to fail when the signature is not compared. */
  @Property
  void whoeverFlipsOneBitHasNoCursorAnyMore(
      @ForAll("positions") Map<Long, StreamPosition> positions) {
    byte[] cursor = Base64.getUrlDecoder().decode(cursors.writer(ANN).write(positions));
    for (int bit = 0; bit < cursor.length * 8; bit++) {
      byte[] forged = cursor.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(ANN, encode(forged));
    }
  }

  @Property
  void whoeverCutsOrExtendsACursorHasNone(
      @ForAll("positions") Map<Long, StreamPosition> positions, @ForAll byte more) {
    byte[] cursor = Base64.getUrlDecoder().decode(cursors.writer(ANN).write(positions));
    for (int length = 0; length < cursor.length; length++) {
      assertRefused(ANN, encode(Arrays.copyOf(cursor, length)));
    }
    byte[] longer = Arrays.copyOf(cursor, cursor.length + 1);
    longer[cursor.length] = more;
    assertRefused(ANN, encode(longer));
  }

  @Test
  void whatIsSignedForAnotherVersionIsRefused() {
    byte[] cursor = Base64.getUrlDecoder().decode(cursors.writer(ANN).write(Map.of(1L, AT_7)));
    for (int version : List.of(0, 2, 127, -1)) {
      cursor[0] = (byte) version;
      assertRefused(ANN, encode(cursor));
    }
  }

  @Property
  void noTextIsACursorByChance(@ForAll String text) {
    assertRefused(ANN, text);
  }

  @Property
  void noBytesAreACursorByChance(@ForAll byte[] bytes) {
    assertRefused(ANN, encode(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "=", "AQ", "AQ==", "null", "0", "..", "é", "\n", "AAAA AAAA"})
  void garbageIsRefused(String text) {
    assertRefused(ANN, text);
  }

  @Test
  void aTextOfTenKilobytesIsRefusedBeforeItIsDecoded() {
    CommandRejected rejected =
        Rejection.of(() -> cursors.read(ANN, "A".repeat(10 << 10), "cursor"));
    assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(rejected.text()).isEqualTo("cursor: is longer than any cursor");
  }

  @Test
  void aPositionIsWorthNothingInAnotherEpoch() {
    Entry entry = Entry.of(AT_7);
    assertThat(entry.in("epoch")).isEqualTo(AT_7);
    assertThat(entry.in("another")).isNull();
  }

  private void assertRefused(Caller caller, String cursor) {
    CommandRejected rejected = Rejection.of(() -> cursors.read(caller, cursor, "the.field"));
    assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(rejected.text()).startsWith("the.field: ").hasSizeLessThan(80);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
