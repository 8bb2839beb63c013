package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String KEY = "parley.some.value";

  @Test
  void whatIsNotSetHasItsDefault() {
    Settings settings = FakeConfig.settings(Map.of());
    assertThat(settings.integer(KEY, 7, 1, 10)).isEqualTo(7);
    assertThat(settings.duration(KEY, Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.flag(KEY, true)).isTrue();
    assertThat(settings.text(KEY, "absent")).isEqualTo("absent");
    assertThat(settings.optional(KEY)).isEmpty();
    assertThat(settings.secret(KEY)).isEmpty();
  }

  @Test
  void whatIsSetIsReadWithoutTheSpaceAroundIt() {
    assertThat(with(" 8 ").integer(KEY, 7, 1, 10)).isEqualTo(8);
    assertThat(with(" PT1M ").duration(KEY, Duration.ZERO)).isEqualTo(Duration.ofMinutes(1));
    assertThat(with(" false ").flag(KEY, true)).isFalse();
    assertThat(with(" some text ").text(KEY, "")).isEqualTo("some text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1.5", "1e3", "99999999999", "0x10", "0", "11", "-1"})
  void aNumberThatIsNoneOrOutOfRangeNamesItsKey(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(value).integer(KEY, 7, 1, 10))
        .withMessageContaining(KEY)
        .withMessageContaining(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25s", "-PT1S", "PT", "a day"})
  void aDurationThatIsNoneOrNegativeNamesItsKey(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(value).duration(KEY, Duration.ZERO))
        .withMessageContaining(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "TRUE", "1", "on"})
  void aFlagThatIsNeitherTrueNorFalseNamesItsKey(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(value).flag(KEY, false))
        .withMessageContaining(KEY)
        .withMessageContaining("true or false");
  }

  @Test
  void aSecretIsNeverShown() {
    Settings settings = FakeConfig.settings(Map.of("parley.a", "s3cret", "parley.b", "2"));
    assertThat(settings.secret("parley.a")).contains("s3cret");
    assertThat(settings.secret("parley.c")).isEmpty();
    assertThat(settings.integer("parley.b", 1, 1, 9)).isEqualTo(2);
    assertThat(settings.text("parley.d", "absent")).isEqualTo("absent");
    assertThat(settings.effective())
        .isEqualTo(
            Map.of(
                "parley.a", "***",
                "parley.b", "2",
                "parley.c", "(not set)",
                "parley.d", "absent"));
  }

  private static Settings with(String value) {
    return FakeConfig.settings(Map.of(KEY, value));
  }
}
