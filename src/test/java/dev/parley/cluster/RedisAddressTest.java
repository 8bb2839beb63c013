package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.RedisAddress.Kind;
import dev.parley.platform.FakeConfig;
import dev.parley.platform.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

/** What a URL of Redis says, and what of it is never shown. */
class RedisAddressTest {
  @Test
  void oneRedis() {
    assertThat(RedisAddress.of("redis://redis.example.com"))
        .isEqualTo(
            new RedisAddress(
                Kind.STANDALONE,
                List.of(new HostAndPort("redis.example.com", 6379)),
                "",
                "",
                "",
                0,
                false));
  }

  @Test
  void everythingThatAUrlCanSay() {
    assertThat(RedisAddress.of("rediss://parley:p%40ss+word@[::1]:7000/3"))
        .isEqualTo(
            new RedisAddress(
                Kind.STANDALONE,
                List.of(new HostAndPort("::1", 7000)),
                "",
                "parley",
                "p@ss+word",
                3,
                true));
  }

  @Test
  void aPasswordWithoutAUser() {
    RedisAddress address = RedisAddress.of("redis://:secret@localhost:6380");
    assertThat(address.user()).isEmpty();
    assertThat(address.password()).isEqualTo("secret");
  }

  @Test
  void severalSentinelsAndTheirMaster() {
    assertThat(RedisAddress.of("redis-sentinel://u:p@s1,s2:26380/main/2"))
        .isEqualTo(
            new RedisAddress(
                Kind.SENTINEL,
                List.of(new HostAndPort("s1", 26379), new HostAndPort("s2", 26380)),
                "main",
                "u",
                "p",
                2,
                false));
  }

  @Test
  void someNodesOfACluster() {
    RedisAddress address = RedisAddress.of("rediss-cluster://h1:7001,h2:7002");
    assertThat(address.kind()).isEqualTo(Kind.CLUSTER);
    assertThat(address.tls()).isTrue();
    assertThat(address.hosts())
        .containsExactly(new HostAndPort("h1", 7001), new HostAndPort("h2", 7002));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://localhost",
        "redis://",
        "redis://h1,h2",
        "redis://h:port",
        "redis://h:1/x",
        "redis-sentinel://h:1",
        "redis-cluster://h:1/2",
        "redis://:top-secret@h:1:2"
      })
  void anythingElseStopsTheStartWithASentenceThatDoesNotRepeatIt(String url) {
    Settings settings = FakeConfig.settings(Map.of("parley.redis.url", url));
    assertThatThrownBy(() -> new RedisSettings(settings))
        .hasMessageStartingWith("parley.redis.url must be redis://host:port")
        .hasMessageNotContaining("top-secret");
  }

  @Test
  void secretsAreNeverShown() {
    Settings settings =
        FakeConfig.settings(
            Map.of(
                "parley.redis.url", "redis://someone:top-secret@h:1",
                "parley.redis.secret", "a secret of some length"));
    RedisAddress address = new RedisSettings(settings).redis.orElseThrow();
    assertThat(address).hasToString("STANDALONE at [h:1]");
    assertThat(settings.effective().values()).noneMatch(value -> value.contains("secret"));
  }

  @Test
  void aShortSecretIsRefused() {
    Settings settings = FakeConfig.settings(Map.of("parley.redis.secret", "too short"));
    assertThatThrownBy(() -> new RedisSettings(settings))
        .hasMessage("parley.redis.secret must be a text of 16 characters or more");
  }
}
