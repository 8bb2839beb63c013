package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.CommandRejected;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevModeTest {
  @ParameterizedTest
  @ValueSource(strings = {"mp.jwt.verify.publickey", "mp.jwt.verify.publickey.location"})
  void itRefusesToStartBesideAProductionKey(String property) {
    assertThatIllegalStateException()
        .isThrownBy(() -> DevMode.refuseProductionKeys(List.of(source("env", property, "key"))))
        .withMessageContaining(property)
        .withMessageContaining("env")
        .withMessageContaining("parley.dev.enabled");
  }

  @Test
  void itStartsWithItsOwnKeyAlone() {
    assertThatCode(
            () ->
                DevMode.refuseProductionKeys(
                    List.of(
                        source("env", "mp.jwt.verify.issuer", "me"),
                        source("file", "mp.jwt.verify.publickey", "  "),
                        source("Parley", "mp.jwt.verify.publickey", "key"))))
        .doesNotThrowAnyException();
  }

  @Test
  void aDemoUserKeepsNameAndRolesUnlessOthersAreAskedFor() {
    DevTokenRequest plain = DevTokenRequest.parse("{\"user\":\"carol\"}");
    assertThat(plain.person())
        .isEqualTo(new DevPerson("carol", "Carol", null, List.of("publisher")));
    assertThat(plain.life()).isEqualTo(Duration.ofHours(1));

    DevTokenRequest other =
        DevTokenRequest.parse(
            "{\"user\":\"carol\",\"name\":\"C\",\"org\":\"acme\",\"roles\":[],\"expiresIn\":5}");
    assertThat(other.person()).isEqualTo(new DevPerson("carol", "C", "acme", List.of()));
    assertThat(other.life()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void anybodyElseMayBeNamedToo() {
    assertThat(DevTokenRequest.parse("{\"user\":\"erin\"}").person())
        .isEqualTo(new DevPerson("erin", "erin", null, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"user\":\"\"}",
        "{\"user\":7}",
        "{\"user\":\"a\",\"roles\":\"admin\"}",
        "{\"user\":\"a\",\"roles\":[1]}",
        "{\"user\":\"a\",\"roles\":[null]}",
        "{\"user\":\"a\",\"roles\":{\"a\":\"b\"}}",
        "{\"user\":\"a\",\"expiresIn\":0}",
        "{\"user\":\"a\",\"expiresIn\":99999999999}"
      })
  void badRequestsAreToldWhatIsWrong(String body) {
    assertThatThrownBy(() -> DevTokenRequest.parse(body)).isInstanceOf(CommandRejected.class);
  }

  private static ConfigSource source(String name, String property, String value) {
    return new ConfigSource() {
      @Override
      public Set<String> getPropertyNames() {
        return Set.of(property);
      }

      @Override
      public String getValue(String asked) {
        return Map.of(property, value).get(asked);
      }

      @Override
      public String getName() {
        return name;
      }
    };
  }
}
