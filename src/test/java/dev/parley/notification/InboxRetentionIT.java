package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.message.LegalHolds;
import dev.parley.notification.ChangeInbox.Owner;
import dev.parley.notification.InboxRetentionStore.Tenants;
import dev.parley.platform.Ids;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.security.Caller;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tokens;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * What retention removes from inboxes, and that the counts stay exact. Seen to fail, each test,
 * when what is removed unread goes on being counted, when a tenant's is counted from its first
 * number on, when holds are not asked for, when a rule is for all tenants, and when what is removed
 * under a hold is not kept.
 */
// The name is fixed.
@SuppressWarnings("BanJNDI")
@ParleyTest
class InboxRetentionIT {
  @EJB private JobStore jobs;
  @EJB private ReadInbox read;
  @EJB private InboxRetentionStore store;
  @EJB private LegalHolds holds;
  @EJB private ChangeInbox change;
  @Inject private Inboxes inboxes;
  @Inject private Targets targets;
  @Inject private Ids ids;

  private final OrgId org = new OrgId(Tokens.unique("org"));
  private final UserId ann = new UserId("ann");
  private final Tenants all = Tenants.allBut(Set.of());

  private Instant toAnn(int count) {
    Instant last = Instant.EPOCH;
    for (int i = 0; i < count; i++) {
      last = send(List.of(ann), targets.of(org, List.of(ann), false));
    }
    return last;
  }

  private void toAll(int count) {
    for (int i = 0; i < count; i++) {
      send(List.of(), targets.ofTenant(org));
    }
  }

  private Instant send(List<UserId> users, Targets.Of to) {
    Notice notice =
        new Notice(Notice.DEFAULT_KIND, new JsonText("1"), false, new UserRef("app", null));
    Notify notify = new Notify(org, users, notice, null);
    return jobs.now(ids.timeOrdered(), notify, to.targets(), to.tenantInbox()).time();
  }

  private List<Long> numbers() {
    return read
        .page(annsInbox(), inboxes.ofTenant(org), false, UpTo.ALL, 100)
        .notifications()
        .stream()
        .map(Notification::number)
        .toList();
  }

  private long annsInbox() {
    return inboxes.of(org, ann);
  }

  private long unread() {
    return read.count(annsInbox(), inboxes.ofTenant(org)).unread();
  }

  @Test
  void theNewestStayAndNumbersGoOn() {
    toAnn(5);
    assertThat(store.tooLong(all, 2)).contains(annsInbox());
    store.trim(annsInbox(), 2);
    assertThat(store.tooLong(all, 2)).doesNotContain(annsInbox());
    assertThat(numbers()).containsExactly(5L, 4L);
    assertThat(unread()).isEqualTo(2);
    toAnn(1);
    assertThat(numbers()).containsExactly(6L, 5L, 4L);
  }

  @Test
  void whatATenantHasLostCountsForNobody() {
    toAll(5);
    assertThat(unread()).isEqualTo(5);
    store.trim(inboxes.ofTenant(org), 2);
    assertThat(numbers()).containsExactly(5L, 4L);
    assertThat(unread()).isEqualTo(2);
  }

  @Test
  void whatIsTooOldGoes() {
    Instant limit = toAnn(3).plusMillis(2_000);
    assertThat(store.tooOld(all, limit)).contains(annsInbox());
    store.trim(annsInbox(), limit);
    assertThat(store.tooOld(all, limit)).doesNotContain(annsInbox());
    assertThat(numbers()).isEmpty();
    assertThat(unread()).isZero();
    toAnn(1);
    assertThat(numbers()).containsExactly(4L);
    assertThat(unread()).isEqualTo(1);
  }

  @Test
  void whatIsUnderLegalHoldIsLeftAlone() {
    Instant limit = toAnn(3).plusMillis(2_000);
    holds.hold(org, ann);
    assertThat(store.tooLong(all, 1)).doesNotContain(annsInbox());
    assertThat(store.tooOld(all, limit)).doesNotContain(annsInbox());
    holds.hold(org, null);
    holds.release(org, ann);
    assertThat(store.tooLong(all, 1)).doesNotContain(annsInbox());
    holds.release(org, null);
    assertThat(store.tooLong(all, 1)).contains(annsInbox());
  }

  @Test
  void eachTenantHasItsOwnRule() {
    toAnn(3);
    assertThat(store.tooLong(Tenants.only(org), 2)).containsExactly(annsInbox());
    OrgId other = new OrgId("another");
    assertThat(store.tooLong(Tenants.only(other), 2)).isEmpty();
    assertThat(store.tooLong(Tenants.allBut(Set.of(other)), 2)).contains(annsInbox());
    assertThat(store.tooLong(Tenants.allBut(Set.of(org, other)), 2)).doesNotContain(annsInbox());
    Instant later = Instant.parse("2100-01-01T00:00:00Z");
    assertThat(store.tooOld(Tenants.only(org), later)).contains(annsInbox());
    assertThat(store.tooOld(Tenants.allBut(Set.of(org)), later)).doesNotContain(annsInbox());
  }

  /** What somebody under hold removes is gone for them, and kept. */
  @Test
  void whatIsRemovedUnderLegalHoldIsKeptUntilItEnds() {
    toAnn(4);
    Caller caller = new Caller(ann, "Ann", org, Set.of(), Instant.MAX, "");
    Owner owner = new Owner(caller, annsInbox(), inboxes.ofTenant(org));
    UUID newest = idOfNewest(owner);
    holds.hold(org, ann);
    change.remove(owner, newest);
    change.clear(owner, new UpTo(2, 0));
    assertThat(numbers()).containsExactly(3L);
    assertThat(unread()).isEqualTo(1);
    assertThat(kept()).containsExactly(1L, 2L, 4L);
    store.forgetReleased();
    assertThat(kept()).hasSize(3);
    holds.release(org, ann);
    store.forgetReleased();
    assertThat(kept()).isEmpty();
    change.clear(owner, UpTo.ALL);
    assertThat(kept()).isEmpty();
  }

  private UUID idOfNewest(Owner owner) {
    return read.page(owner.inboxId(), owner.tenantInbox(), false, UpTo.ALL, 1)
        .notifications()
        .get(0)
        .id();
  }

  private List<Long> kept() {
    List<Long> kept = new ArrayList<>();
    try (Connection connection = dataSource().getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "select item_number from held_notification where inbox_id = ? order by 1")) {
      query.setLong(1, annsInbox());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          kept.add(rows.getLong(1));
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return kept;
  }

  private static DataSource dataSource() {
    try {
      return InitialContext.doLookup("java:app/jdbc/parley");
    } catch (NamingException e) {
      throw new AssertionError(e);
    }
  }
}
