package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.testkit.ParleyTest;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the database keeps for all nodes. */
@ParleyTest
class SecurityStoreIT {
  @Inject private Secrets secrets;
  @EJB private SecretStore store;
  @EJB private Tickets tickets;

  @Test
  void aSecretIsMadeOnceAndKept() {
    String name = name();
    byte[] secret = secrets.get(name);
    assertThat(secret).hasSize(32);
    assertThat(secrets.get(name)).isEqualTo(secret);
    assertThat(Base64.getUrlDecoder().decode(store.find(name))).isEqualTo(secret);
    assertThat(secrets.get(name())).isNotEqualTo(secret);
  }

  @Test
  void theNodeThatComesSecondTakesTheSecretOfTheFirst() {
    String name = name();
    store.insert(name, "first");
    store.insert(name, "second");
    assertThat(store.find(name)).isEqualTo("first");
  }

  @Test
  void ofManyNodesThatInsertAtOnceOneWinsAndNoneFails() {
    String name = name();
    List<CompletableFuture<Void>> inserts =
        IntStream.range(0, 6)
            .mapToObj(i -> CompletableFuture.runAsync(() -> store.insert(name, "secret-" + i)))
            .toList();
    inserts.forEach(CompletableFuture::join);
    assertThat(store.find(name)).startsWith("secret-");
  }

  @Test
  void aTicketBringsBackTheCallerAsItWas() {
    Caller caller =
        new Caller(
            new UserId("auth0|" + name()),
            "Ada \"L\" \u00E4\uD83D\uDE00",
            new OrgId("acme"),
            Set.of("Domain Users", "publisher"),
            Instant.parse("2100-01-01T00:00:00Z"),
            "t1");
    assertThat(tickets.redeem(tickets.issue(caller))).isEqualTo(caller);
  }

  @Test
  void aTicketEndsWithItsToken() {
    String ticket = tickets.issue(caller(Instant.now().minus(Duration.ofSeconds(1))));
    assertThatThrownBy(() -> tickets.redeem(ticket))
        .isInstanceOf(CommandRejected.class)
        .hasMessageContaining("expired");
  }

  @Test
  void ticketsThatStillWaitAreNotRemoved() {
    Caller caller = caller(Instant.now().plus(Duration.ofHours(1)));
    String ticket = tickets.issue(caller);
    tickets.removeExpired();
    assertThat(tickets.redeem(ticket).user()).isEqualTo(caller.user());
  }

  @Test
  void oneUserCannotFillTheTableOfTickets() {
    Caller greedy = caller(Instant.now().plus(Duration.ofHours(1)));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= 100; i++) {
                tickets.issue(greedy);
              }
            })
        .isInstanceOfSatisfying(
            CommandRejected.class,
            rejected -> {
              assertThat(rejected.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
              assertThat(rejected.retryAfterMs()).isEqualTo(30_000);
            });
    assertThat(tickets.issue(caller(greedy.expiresAt()))).isNotEmpty();
  }

  private static Caller caller(Instant expiresAt) {
    return new Caller(new UserId(name()), "Ada", new OrgId("secrets-it"), Set.of(), expiresAt, "");
  }

  private static String name() {
    return "it-" + UUID.randomUUID();
  }
}
