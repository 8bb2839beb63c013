package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** */
class OriginPolicyTest {
  private final OriginPolicy sameOrigin = new OriginPolicy(List.of());
  private final OriginPolicy listed =
      new OriginPolicy(List.of("https://app.example", "http://Dev.Example:3000"));

  @Test
  void aRequestWithoutOriginIsNoBrowsersAndAllowed() {
    assertThat(sameOrigin.allows(null, "app.example", true)).isTrue();
    assertThat(sameOrigin.allows(null, null, false)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://app.example, app.example, false",
    "https://app.example, app.example, false",
    "https://app.example, app.example, true",
    "https://app.example:443, app.example, true",
    "https://app.example, app.example:443, true",
    "http://localhost:8080, localhost:8080, false",
    "https://APP.Example, app.example, true",
    "HTTPS://app.example, App.Example, true",
    "http://[::1]:8080, [::1]:8080, false",
    "http://127.0.0.1:8080, 127.0.0.1:8080, false",
  })
  void theSameHostAndPortAreAllowed(String origin, String host, boolean secure) {
    assertThat(sameOrigin.allows(origin, host, secure)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "null, app.example, false",
    "'', app.example, false",
    "*, app.example, false",
    "app.example, app.example, false",
    "//app.example, app.example, false",
    "https://evil.example, app.example, false",
    "https://app.example.evil.com, app.example, false",
    "https://evil-app.example, app.example, false",
    "https://evil.com/app.example, app.example, false",
    "https://app.example@evil.com, app.example, false",
    "https://evil.com#app.example, app.example, false",
    "https://evil.com?app.example, app.example, false",
    "https://app.example/, app.example, false",
    "https://app.example:8443, app.example, false",
    "https://app.example, app.example:8443, false",
    "http://localhost:8081, localhost:8080, false",
    "http://localhost, 127.0.0.1, false",
    "http://app.example, app.example, true",
    "http://app.example:443, app.example:443, true",
    "ws://app.example, app.example, false",
    "file://, app.example, false",
    "chrome-extension://abcdef, abcdef, false",
    "https://app.example https://evil.com, app.example, false",
    "https://app.example:99999999999, app.example, false",
    "https://app.example, evil.com/@app.example, false",
    "https://app.example, 'app.example, evil.com', false",
  })
  void everythingElseIsRefused(String origin, String host, boolean secure) {
    assertThat(sameOrigin.allows(origin, host, secure)).isFalse();
  }

  @Test
  void aPageIsRefusedWhenTheRequestNamesNoHost() {
    assertThat(sameOrigin.allows("https://app.example", null, true)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example, true",
    "https://APP.EXAMPLE:443, true",
    "http://dev.example:3000, true",
    "http://app.example, false",
    "https://app.example:8443, false",
    "https://sub.app.example, false",
    "https://app.example.evil.com, false",
    "http://dev.example, false",
    "null, false",
  })
  void listedOriginsAreComparedWhole(String origin, boolean allowed) {
    assertThat(listed.allows(origin, "parley.example", false)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "app.example", "https://*.example", "https://app.example/path", "null"})
  void whatIsNoOriginCannotBeListed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OriginPolicy(List.of(text)))
        .withMessageContaining("parley.security.allowed-origins")
        .withMessageContaining(text);
  }
}
