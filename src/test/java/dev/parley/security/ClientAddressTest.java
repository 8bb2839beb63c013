package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.platform.FakeConfig;
import dev.parley.protocol.CommandRejected;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From where somebody calls. Seen to fail when a header counts that no proxy of ours has written,
 * and when the first address of it counts instead of the last foreign one.
 */
class ClientAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8:0:0::/64",
    "2001:DB8:0:0:ffff::1, 2001:db8:0:0::/64",
    "[2001:db8::1], 2001:db8:0:0::/64",
    "2001:db8:0:0::/64, 2001:db8:0:0::/64",
    "fe80::1%eth0, fe80:0:0:0::/64",
  })
  void isAnIpv4AddressOrTheNetworkOfAnIpv6One(String text, String address) {
    assertThat(ClientAddress.of(text).value()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "example.com",
        "300.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "::g",
        "1.2.3.4:80",
        "unknown"
      })
  void isNeverAName(String text) {
    assertThatThrownBy(() -> ClientAddress.of(text)).isInstanceOf(CommandRejected.class);
  }

  private static String client(String trusted, String peer, String... forwarded) {
    ClientAddresses addresses = new ClientAddresses();
    addresses.settings =
        new SecuritySettings(
            FakeConfig.settings(Map.of("parley.security.trusted-proxies", trusted)));
    addresses.read();
    FakeExchange exchange = new FakeExchange("/ws");
    exchange.remote = peer;
    for (String header : forwarded) {
      exchange.header("X-Forwarded-For", header);
    }
    return addresses.of(exchange.request()).value();
  }

  @Test
  void whatAnybodyWritesIntoAHeaderDoesNotCount() {
    assertThat(client("", "192.0.2.9", "203.0.113.1")).isEqualTo("192.0.2.9");
    assertThat(client("10.0.0.0/8", "192.0.2.9", "203.0.113.1")).isEqualTo("192.0.2.9");
  }

  @Test
  void theLastAddressThatIsNoProxyOfOursIsTheClient() {
    assertThat(client("10.0.0.0/8", "10.1.2.3", "203.0.113.1")).isEqualTo("203.0.113.1");
    assertThat(client("10.0.0.0/8", "10.1.2.3", "6.6.6.6, 203.0.113.1, 10.9.9.9"))
        .isEqualTo("203.0.113.1");
    assertThat(client("10.0.0.0/8", "10.1.2.3", "6.6.6.6", "203.0.113.1")).isEqualTo("203.0.113.1");
    assertThat(client("10.0.0.0/8, ::1", "::1", "10.4.4.4")).isEqualTo("10.4.4.4");
  }

  @Test
  void whatIsNoAddressEndsTheSearch() {
    assertThat(client("10.0.0.0/8", "10.1.2.3", "203.0.113.1, nonsense, 10.9.9.9"))
        .isEqualTo("10.9.9.9");
    assertThat(client("10.0.0.0/8", "10.1.2.3", "evil.example")).isEqualTo("10.1.2.3");
    assertThat(client("10.0.0.0/8", "10.1.2.3")).isEqualTo("10.1.2.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0"})
  void aProxyThatIsNoAddressIsNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client(text, "192.0.2.9"))
        .withMessageContaining(text);
  }
}
