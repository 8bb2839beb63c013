package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far somebody has seen, as clients write it. */
class UpToTest {
  @Test
  void whatIsWrittenIsReadBack() {
    UpTo upTo = new UpTo(12, 7);
    assertThat(UpTo.parse(upTo.toString(), "upTo")).isEqualTo(upTo);
    assertThat(UpTo.in(JsonReader.object("{\"upTo\":{\"user\":12,\"tenant\":7}}"))).isEqualTo(upTo);
  }

  @Test
  void nothingMeansAllAndAMissingScopeMeansNothingOfIt() {
    assertThat(UpTo.parse(null, "upTo")).isEqualTo(UpTo.ALL);
    assertThat(UpTo.in(JsonReader.object("{}"))).isEqualTo(UpTo.ALL);
    assertThat(UpTo.in(JsonReader.object("{\"upTo\":{\"tenant\":7}}"))).isEqualTo(new UpTo(0, 7));
  }

  @Test
  void itNeverGoesBeyondWhatThereIs() {
    assertThat(UpTo.ALL.within(3, 4)).isEqualTo(new UpTo(3, 4));
    assertThat(new UpTo(1, 9).within(3, 4)).isEqualTo(new UpTo(1, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "1.", ".1", "-1.1", "1.1.1", "1.1234567890123456789", "a.b"})
  void aMalformedOneIsRefusedByItsField(String text) {
    assertThatThrownBy(() -> UpTo.parse(text, "before"))
        .isInstanceOf(CommandRejected.class)
        .hasMessageStartingWith("before:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"user\":-1}", "{\"user\":1.5}", "{\"user\":\"1\"}"})
  void aMalformedNumberIsRefusedByItsField(String upTo) {
    assertThatThrownBy(() -> UpTo.in(JsonReader.object("{\"upTo\":" + upTo + "}")))
        .isInstanceOf(CommandRejected.class)
        .hasMessageStartingWith("upTo.user:");
  }
}
