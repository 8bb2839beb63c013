package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.RedisProcess;
import dev.parley.testkit.TlsFiles;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * What a real Redis with TLS and a user of our own lets pass, and whom we let pass for a Redis.
 * Needs the operating system's Redis 7.
 *
 * <p>Seen to fail: with configurations that come from one builder of Jedis, which keeps the first
 * one's credentials, those of nobody (every password is right).
 */
class RedisAccessTest {
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";

  private static TlsFiles tls;
  private static RedisProcess redis;

  @BeforeAll
  static void startRedis() {
    Assumptions.assumeTrue(RedisProcess.installed().isPresent(), "there is no Redis 7 here");
    tls = TlsFiles.of("localhost");
    redis = RedisProcess.startSecured(tls);
  }

  @AfterAll
  static void stopRedis() {
    if (redis != null) {
      redis.close();
    }
  }

  /** As with an option of the server's Java. */
  @BeforeEach
  void trust() {
    System.setProperty(TRUST_STORE, tls.trustStore().toString());
    System.setProperty(TRUST_STORE_PASSWORD, TlsFiles.PASSWORD);
  }

  @AfterEach
  void trustOthersAgain() {
    System.clearProperty(TRUST_STORE);
    System.clearProperty(TRUST_STORE_PASSWORD);
  }

  private static void connect(String url) {
    new RedisNodes(RedisAddress.of(url), Duration.ofSeconds(2)).connect("parley").close();
  }

  @Test
  void theUserComesInWithTheRightPasswordOnly() {
    connect(redis.securedUrl());
    assertThatThrownBy(() -> connect(redis.securedUrl().replace("pass%40word", "another")))
        .isInstanceOf(JedisAccessControlException.class);
  }

  @Test
  void aCertificateThatNobodyTrustsIsRefused() {
    trustOthersAgain();
    assertThatThrownBy(() -> connect(redis.securedUrl()))
        .isInstanceOf(JedisConnectionException.class)
        .hasStackTraceContaining("PKIX path building failed");
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    assertThatThrownBy(() -> connect(redis.securedUrl().replace("localhost", "127.0.0.1")))
        .isInstanceOf(JedisConnectionException.class)
        .hasStackTraceContaining("No subject alternative names matching");
  }

  @Test
  void aRedisWithoutTlsIsNotTakenForOneWithIt() {
    String plainPort = "localhost:" + redis.port();
    String secured = "localhost:" + redis.tlsPort();
    assertThatThrownBy(() -> connect(redis.securedUrl().replace(secured, plainPort)))
        .isInstanceOf(JedisConnectionException.class);
  }
}
