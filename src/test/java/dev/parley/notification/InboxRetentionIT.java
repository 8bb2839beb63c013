package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.message.LegalHolds;
import dev.parley.platform.Ids;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tokens;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What retention removes from inboxes, and that the counts stay exact. */
@ParleyTest
class InboxRetentionIT {
  @EJB private JobStore jobs;
  @EJB private ReadInbox read;
  @EJB private InboxRetentionStore store;
  @EJB private LegalHolds holds;
  @Inject private Inboxes inboxes;
  @Inject private Targets targets;
  @Inject private Ids ids;

  private final OrgId org = new OrgId(Tokens.unique("org"));
  private final UserId ann = new UserId("ann");

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
    assertThat(store.tooLong(2)).contains(annsInbox());
    store.trim(annsInbox(), 2);
    assertThat(store.tooLong(2)).doesNotContain(annsInbox());
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
    assertThat(store.tooOld(limit)).contains(annsInbox());
    store.trim(annsInbox(), limit);
    assertThat(store.tooOld(limit)).doesNotContain(annsInbox());
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
    assertThat(store.tooLong(1)).doesNotContain(annsInbox());
    assertThat(store.tooOld(limit)).doesNotContain(annsInbox());
    holds.hold(org, null);
    holds.release(org, ann);
    assertThat(store.tooLong(1)).doesNotContain(annsInbox());
    holds.release(org, null);
    assertThat(store.tooLong(1)).contains(annsInbox());
  }
}
