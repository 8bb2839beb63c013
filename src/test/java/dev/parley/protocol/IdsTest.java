package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids that come from outside: of users, tenants, messages, events and repetitions. */
class IdsTest {
  @ParameterizedTest
  @CsvSource({
    "ann, ann",
    "ann@example.org, ann@example.org",
    "a.b_c-d:e, a.b_c-d:e",
    "auth0|5f7c, auth0~7C5f7c",
    "a~b, a~7Eb",
    "~7C, ~7E7C",
    "a b, a~20b",
    "a/b, a~2Fb",
    "é, ~C3~A9",
    "😀, ~F0~9F~98~80",
  })
  void aForeignIdBecomesAPartOfAChannelName(String id, String part) {
    assertThat(new UserId(id).asChannelPart()).isEqualTo(part);
    assertThat(new OrgId(id).asChannelPart()).isEqualTo(part);
  }

  @Property(tries = 5000)
  void noTwoUsersShareAChannel(@ForAll("ids") String one, @ForAll("ids") String other) {
    assertThat(new UserId(one).asChannelPart().equals(new UserId(other).asChannelPart()))
        .isEqualTo(one.equals(other));
  }

  @Property
  void thePartOfAnIdIsValidInAChannelNameUnlessItIsTooLong(@ForAll("ids") String id) {
    String name = "user:" + new UserId(id).asChannelPart();
    assertThat(ChannelName.isValid(name)).isEqualTo(name.length() <= ChannelName.MAX_LENGTH);
  }

  /** Short ids of few characters, so that collisions would be found, and any others. */
  @Provide
  Arbitrary<String> ids() {
    Arbitrary<String> close =
        Arbitraries.strings()
            .withChars('~', '7', 'C', 'c', 'E', 'A', '9', '3', '|', 'é', 'Ã', '©', '?', '\ufffd')
            .ofMinLength(1)
            .ofMaxLength(4);
    Arbitrary<String> any =
        Arbitraries.strings().ofMinLength(1).ofMaxLength(255).filter(IdsTest::isAnId);
    return Arbitraries.oneOf(close, any);
  }

  private static boolean isAnId(String text) {
    return !text.isBlank() && text.codePoints().noneMatch(IdsTest::isUnstorable);
  }

  private static boolean isUnstorable(int codePoint) {
    return codePoint == 0 || (codePoint >= 0xD800 && codePoint <= 0xDFFF);
  }

  /** No UTF-8 encoder holds a lone surrogate: two ids that differ in one would share a channel. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "\ud800", "a\udc00", "\udc00\ud800", "a\u0000"})
  void anIdThatCannotBeStoredIsNone(String id) {
    assertThat(Rejection.of(() -> new UserId(id)).text()).startsWith("user: ");
    assertThat(Rejection.of(() -> new OrgId(id)).text()).startsWith("org: ");
  }

  @Test
  void anIdHasAtMost255Characters() {
    assertThat(new UserId("u".repeat(255)).value()).hasSize(255);
    assertThat(new OrgId("o".repeat(255)).value()).hasSize(255);
    assertThat(Rejection.of(() -> new UserId("u".repeat(256))).code())
        .isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(Rejection.of(() -> new OrgId("o".repeat(256))).code())
        .isEqualTo(ErrorCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, (1L << 53) - 1})
  void aPositionIsBelow2To53(long offset) {
    assertThat(new StreamPosition("e", offset).at(3)).isEqualTo(new StreamPosition("e", 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1L << 53, Long.MIN_VALUE, Long.MAX_VALUE})
  void aPositionOutOfRangeIsABadRequest(long offset) {
    assertThat(Rejection.of(() -> new StreamPosition("e", offset)).text()).startsWith("offset: ");
    assertThat(Rejection.of(() -> new StreamPosition("e", 0).at(offset)).code())
        .isEqualTo(ErrorCode.BAD_REQUEST);
  }

  @Test
  void anEpochHas1To32Characters() {
    assertThat(new StreamPosition("e".repeat(32), 0).epoch()).hasSize(32);
    assertThat(Rejection.of(() -> new StreamPosition("", 0)).text()).startsWith("epoch: ");
    assertThat(Rejection.of(() -> new StreamPosition("e".repeat(33), 0)).text())
        .startsWith("epoch: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"message", "order.created", "a:b/c*", "~", "!", "{\"x\":1}"})
  void anEventIsAnyVisibleAscii(String name) {
    assertThat(new EventName(name)).hasToString(name);
  }

  /** CWE-93: a line break would end the SSE field and begin another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\nb",
        "a\rdata: x",
        "a\u0000",
        "\u007f",
        "é",
        "\u2028",
        "\u0085",
        "\ud800"
      })
  void anEventWithAnythingElseIsABadRequest(String name) {
    assertThat(Rejection.of(() -> new EventName(name)).text()).startsWith("event: ");
  }

  @Test
  void anEventHasAtMost128Characters() {
    assertThat(new EventName("e".repeat(128)).value()).hasSize(128);
    assertThat(Rejection.of(() -> new EventName("e".repeat(129))).text()).startsWith("event: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", " ", "order 7/a", "~!@#"})
  void aKeyIsAnyPrintableAscii(String key) {
    assertThat(new IdempotencyKey(key).value()).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\n", "\t", "\u0000", "\u007f", "é", "\u2028", "\ud800"})
  void aKeyWithAnythingElseIsABadRequest(String key) {
    assertThat(Rejection.of(() -> new IdempotencyKey(key)).text()).startsWith("key: ");
  }

  @Test
  void aKeyHasAtMost255Characters() {
    assertThat(new IdempotencyKey("k".repeat(255)).value()).hasSize(255);
    assertThat(Rejection.of(() -> new IdempotencyKey("k".repeat(256))).text()).startsWith("key: ");
  }

  @Test
  void aMessageIdIsAUuid() {
    UUID id = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
    assertThat(MessageId.parse(id.toString())).isEqualTo(new MessageId(id));
    for (String text : new String[] {"", "1", "x".repeat(36), id + "0", id.toString() + '\n'}) {
      assertThat(Rejection.of(() -> MessageId.parse(text)).text()).startsWith("messageId: ");
    }
  }
}
