package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConflateByTest {
  private static String push(String data) {
    return "{\"type\":\"message\",\"symbol\":\"outside\",\"event\":\"tick\",\"data\":"
        + data
        + ",\"time\":1}";
  }

  private static String key(String option, String data) {
    return ConflateBy.of(option).key("tick", push(data));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/symbol | {\"price\":1,\"symbol\":\"ACME\"} | \"ACME",
        "/symbol | {\"symbol\":7} | 7",
        "/symbol | {\"symbol\":true} | true",
        "/symbol | {\"symbol\":\"\"} | \"",
        "/a/b | {\"a\":{\"b\":\"x\"},\"b\":\"y\"} | \"x",
        "/1 | [\"a\",\"b\"] | \"b",
        "/a~1b | {\"a/b\":\"slash\"} | \"slash",
        "/a~0b | {\"a~b\":\"tilde\"} | \"tilde",
      })
  void thePointerFindsAValueInTheData(String option, String data, String key) {
    assertThat(key(option, data)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"symbol\":null}",
        "{\"symbol\":{\"a\":1}}",
        "{\"symbol\":[1]}",
        "{\"other\":{\"symbol\":1}}",
        "\"text\"",
        "[]"
      })
  void aMessageWithoutTheValueHasNoKey(String data) {
    assertThat(key("/symbol", data)).isNull();
  }

  @Test
  void aKeyIsBounded() {
    String longest = "x".repeat(ConflateBy.MAX_KEY_LENGTH);
    assertThat(key("/symbol", "{\"symbol\":\"" + longest + "\"}")).isEqualTo('"' + longest);
    assertThat(key("/symbol", "{\"symbol\":\"" + longest + "x\"}")).isNull();
  }

  @Test
  void theWholeChannelOrTheEventCanBeTheKey() {
    assertThat(key("channel", "1")).isEqualTo(key("channel", "2")).isNotNull();
    assertThat(key("event", "1")).isEqualTo("tick");
    assertThat(key("none", "1")).isNull();
    assertThat(ConflateBy.of("none").isActive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "symbol", "/a~", "/a~2", "Channel"})
  void whatIsNoPointerIsRefused(String option) {
    assertThatIllegalArgumentException().isThrownBy(() -> ConflateBy.of(option));
  }
}
