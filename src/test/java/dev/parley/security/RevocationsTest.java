package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What is refused because it was taken back. Seen to fail when the end of an entry, the tenant, or
 * the instant of issue is left out of the comparison.
 */
class RevocationsTest {
  private static final OrgId ACME = new OrgId("acme");
  private static final UserId ANN = new UserId("ann");

  private final Revocations revocations = new Revocations();
  private Instant now = SignedTokens.NOW;
  private long version;

  RevocationsTest() {
    at(now);
  }

  private void at(Instant time) {
    now = time;
    revocations.use(Clock.fixed(time, ZoneOffset.UTC));
  }

  private AccessRevoked learn(Revocation... all) {
    List<RevocationRow> rows = new ArrayList<>();
    long before = version;
    for (Revocation one : all) {
      RevocationRow row = new RevocationRow(one.key());
      Instant until = one.until();
      row.say(one.issuedBefore(), until == null ? now.plusSeconds(3600) : until, ++version);
      rows.add(row);
    }
    return revocations.learn(rows, false, before);
  }

  private static Caller ann(Instant issuedAt, String tokenId) {
    return new Caller(
        ANN,
        "Ann",
        ACME,
        Set.of(),
        Instant.MAX,
        tokenId,
        issuedAt,
        Limits.NONE,
        ChannelGrants.NONE);
  }

  private ErrorCode refusal(Caller caller) {
    try {
      revocations.check(caller);
      return null;
    } catch (CommandRejected e) {
      return e.code();
    }
  }

  @Test
  void aBlockedUserIsForbiddenUntilTheEndOfTheBlockInTheirTenantOnly() {
    learn(Revocation.blockUser(ACME, ANN, now.plusSeconds(60)));
    assertThat(refusal(ann(now, "t"))).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(refusal(Callers.of(new OrgId("other"), "ann"))).isNull();
    assertThat(refusal(Callers.of("bob"))).isNull();
    at(now.plusSeconds(60));
    assertThat(refusal(ann(now, "t"))).isNull();
  }

  @Test
  void aBlockIsLifted() {
    learn(Revocation.blockUser(ACME, ANN, now.plusSeconds(60)));
    learn(Revocation.blockUser(ACME, ANN, now));
    assertThat(refusal(ann(now, "t"))).isNull();
  }

  @Test
  void oneTokenIsTakenBackAndNoOther() {
    learn(Revocation.token(ACME, "t1", null));
    assertThat(refusal(ann(now, "t1"))).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(refusal(ann(now, "t2"))).isNull();
    assertThat(refusal(ann(now, ""))).isNull();
  }

  @Test
  void olderTokensAreTakenBackAndSoAreThoseThatDoNotSayWhen() {
    learn(Revocation.tokens(ACME, ANN, now));
    assertThat(refusal(ann(now.minusSeconds(1), "t"))).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(refusal(ann(now, "t"))).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(refusal(ann(null, "t"))).isEqualTo(ErrorCode.UNAUTHORIZED);
    assertThat(refusal(ann(now.plusSeconds(1), "t"))).isNull();
  }

  @Test
  void anEarlierInstantGivesNothingBack() {
    RevocationRow row = new RevocationRow(Revocation.tokens(ACME, ANN, now).key());
    row.say(now, now.plusSeconds(60), 1);
    row.say(now.minusSeconds(60), now.plusSeconds(60), 2);
    assertThat(row.issuedBefore()).isEqualTo(now);
  }

  @Test
  void aDisconnectIsForThoseWhoAreConnectedAndKeepsNobodyOut() {
    AccessRevoked news = learn(Revocation.disconnect(ACME, ANN));
    assertThat(news.disconnects(ann(now, "t"))).isTrue();
    assertThat(news.disconnects(Callers.of("bob"))).isFalse();
    assertThat(refusal(ann(now, "t"))).isNull();
  }

  @Test
  void whatWasKnownBeforeDisconnectsNobodyAgain() {
    RevocationRow row = new RevocationRow(Revocation.disconnect(ACME, ANN).key());
    row.say(null, now.plusSeconds(60), 7);
    assertThat(revocations.learn(List.of(row), true, 7).disconnects(ann(now, "t"))).isFalse();
    assertThat(revocations.learn(List.of(row), true, -1).disconnects(ann(now, "t"))).isFalse();
    assertThat(revocations.learn(List.of(row), true, 6).disconnects(ann(now, "t"))).isTrue();
  }

  @Test
  void whoReadsEverythingAnewForgetsWhatIsThereNoMore() {
    learn(Revocation.blockUser(ACME, ANN, now.plusSeconds(60)));
    AccessRevoked unused = revocations.learn(List.of(), true, version);
    assertThat(refusal(ann(now, "t"))).isNull();
  }

  @Test
  void whatHasEndedIsForgotten() {
    learn(Revocation.blockUser(ACME, ANN, now.plusSeconds(60)));
    assertThat(revocations.blocks(ACME)).hasSize(1);
    assertThat(revocations.blocks(new OrgId("other"))).isEmpty();
    at(now.plus(Duration.ofMinutes(2)));
    revocations.forgetEnded();
    at(SignedTokens.NOW);
    assertThat(revocations.blocks(ACME)).isEmpty();
  }

  @Test
  void anAddressIsBlockedForEverybody() {
    learn(Revocation.blockAddress(ClientAddress.of("2001:db8:1:2:3::9"), now.plusSeconds(60)));
    assertThat(revocations.isBlocked(ClientAddress.of("2001:db8:1:2::1"))).isTrue();
    assertThat(revocations.isBlocked(ClientAddress.of("2001:db8:1:3::1"))).isFalse();
    assertThat(revocations.isBlocked(ClientAddress.of("192.0.2.1"))).isFalse();
  }

  @Test
  void aTokenIsRefusedByTheVerifierOnceItIsTakenBack() {
    JwtVerifier verifier =
        SignedTokens.verifier(SignedTokens.settings(JWSAlgorithm.RS256, SignedTokens.RSA));
    verifier.respect(revocations);
    String token = SignedTokens.signed(SignedTokens.claims());
    assertThatCode(() -> verifier.verify(token)).doesNotThrowAnyException();
    learn(Revocation.token(ACME, "t1", null));
    assertThatThrownBy(() -> verifier.verify(token)).hasMessageContaining("revoked");
  }
}
