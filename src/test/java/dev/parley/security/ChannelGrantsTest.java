package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Operation;
import dev.parley.protocol.Rejection;
import java.text.ParseException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a token's {@code channels} allow, and what they must look like. */
class ChannelGrantsTest {
  /** Seen to fail when a pattern without a star is taken for a beginning. */
  @ParameterizedTest
  @CsvSource({
    "ticker:eur,   ticker:eur,  true",
    "ticker:eur,   ticker:eur2, false",
    "ticker:eur,   ticker:EUR,  false",
    "ticker:eur.*, ticker:eur.usd, true",
    "ticker:eur.*, ticker:eur,  false",
    "ticker:*,     ticker:a,    true",
    "ticker:*,     ticker2:a,   false",
    "tick*,        ticker:a,    true",
    "*,            ticker:a,    true",
  })
  void aPatternIsANameOrABeginning(String pattern, String channel, boolean matches) {
    ChannelGrants grants = ChannelGrants.of(Map.of(pattern, List.of("publish")));
    ChannelName name = new ChannelName(channel);
    assertThat(grants.allow(name, Operation.PUBLISH)).isEqualTo(matches);
    assertThat(grants.allow(name, Operation.SUBSCRIBE)).isFalse();
  }

  @Test
  void aStarAmongTheOperationsIsAllOfThem() {
    ChannelGrants grants = ChannelGrants.of(Map.of("a:b", List.of("*")));
    assertThat(Stream.of(Operation.values()))
        .allMatch(operation -> grants.allow(new ChannelName("a:b"), operation));
    assertThat(ChannelGrants.of(null)).isEqualTo(ChannelGrants.NONE);
  }

  static Stream<Object> malformed() {
    Map<String, Object> tooMany = new LinkedHashMap<>();
    for (int i = 0; i <= ChannelGrants.MAX; i++) {
      tooMany.put("a:" + i, List.of("subscribe"));
    }
    return Stream.of(
        "a:b",
        List.of("a:b"),
        tooMany,
        Map.of("a:*:b", List.of("subscribe")),
        Map.of("a:**", List.of("subscribe")),
        Map.of("a/b:*", List.of("subscribe")),
        Map.of("", List.of("subscribe")),
        Map.of("a", List.of("subscribe")),
        Map.of("a:b", "subscribe"),
        Map.of("a:b", List.of("read")),
        Map.of("a:b", List.of(1)),
        Map.of("a:" + "b".repeat(300), List.of("subscribe")));
  }

  /** Seen to fail when what cannot be read is left out. */
  @ParameterizedTest
  @MethodSource("malformed")
  void aTokenWhoseChannelsCannotBeReadIsRefused(Object claim) {
    CommandRejected refusal = Rejection.of(() -> ChannelGrants.of(claim));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(refusal.text()).startsWith("token: channels: ");
  }

  /** What is opened by a ticket may do the same. Seen to fail when the claim is not written. */
  @Test
  void ticketsAndCookiesKeepThem() throws ParseException {
    JWTClaimsSet claims =
        JWTClaimsSet.parse(
            """
            {"sub":"ann","exp":4000000000,"channels":{"b:*":["history","subscribe"],"a:x":["*"]}}
            """);
    Caller caller = CallerFactory.KEPT.of(claims);
    assertThat(caller.grants().all()).hasSize(2);
    assertThat(CallerFactory.read(CallerFactory.write(caller))).isEqualTo(caller);
    assertThat(caller.expiresAt()).isEqualTo(Instant.ofEpochSecond(4_000_000_000L));
  }
}
