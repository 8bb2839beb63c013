package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audit.AuditContent;
import dev.parley.audit.AuditTrail;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.testkit.Await;
import dev.parley.testkit.ParleyTest;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Taken back by an event, and in the audit trail. Seen to fail when the event is stored outside the
 * transaction of who fires it. Seen to fail when it is not told, and when it is told before the
 * transaction has ended.
 */
@ParleyTest
class RevocationEventIT {
  private static final OrgId ORG = new OrgId("revocation-event-it");

  @Inject private Event<Revocation> revoke;
  @Inject private Revocations revocations;
  @Inject private UserTransaction transaction;
  @Inject private AuditTrail trail;

  private final UserId user = new UserId("u-" + UUID.randomUUID());

  private Caller caller(UserId of) {
    return new Caller(
        of, "U", ORG, Set.of(), Instant.MAX, "t", Instant.now(), Limits.NONE, ChannelGrants.NONE);
  }

  /** What the trail says of this user; nobody knows who has fired it. */
  private List<String> told(UserId of) {
    return trail.page(ORG, Kind.REVOCATION, Long.MAX_VALUE, 100).stream()
        .map(entry -> Objects.requireNonNull(entry.entry().content()))
        .filter(content -> content.subject().equals(of.value()) && content.actor().isEmpty())
        .map(AuditContent::detail)
        .toList();
  }

  @Test
  void whatIsFiredHolds() {
    revoke.fire(Revocation.blockUser(ORG, user, Instant.now().plusSeconds(60)));
    Await.until("it holds", () -> revocations.isRefused(caller(user)));
    Await.until("it is told", () -> told(user).size() == 1);
    assertThat(told(user).get(0)).matches("user until .*, by event");
    revoke.fire(Revocation.blockUser(ORG, user, Instant.now()));
    Await.until("it holds no more", () -> !revocations.isRefused(caller(user)));
  }

  @Test
  void whatIsRolledBackWasNeverSaid() throws Exception {
    transaction.begin();
    revoke.fire(Revocation.blockUser(ORG, user, Instant.now().plusSeconds(60)));
    transaction.rollback();
    UserId later = new UserId("u-" + UUID.randomUUID());
    transaction.begin();
    revoke.fire(Revocation.blockUser(ORG, later, Instant.now().plusSeconds(60)));
    transaction.commit();
    Await.until("the later one holds", () -> revocations.isRefused(caller(later)));
    assertThat(revocations.isRefused(caller(user))).isFalse();
    Await.until("the later one is told", () -> told(later).size() == 1);
    assertThat(told(user)).isEmpty();
  }
}
