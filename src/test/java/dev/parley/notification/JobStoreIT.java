package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.message.LogReader;
import dev.parley.notification.JobStore.Part;
import dev.parley.notification.NotificationLog.Target;
import dev.parley.platform.Ids;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.testkit.Await;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tokens;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a job has done is done once, whatever ends its node. */
@ParleyTest
class JobStoreIT {
  @EJB private JobStore jobs;
  @EJB private ReadInbox read;
  @Inject private LogReader log;
  @Inject private Inboxes inboxes;
  @Inject private Targets targets;
  @Inject private Ids ids;

  private final OrgId org = new OrgId(Tokens.unique("org"));
  private final UserId ann = new UserId("ann");
  private final UserId bob = new UserId("bob");

  /** Stored as by a node that has ended at once: nobody is told of it. */
  private UUID left(int size) {
    UUID id = ids.timeOrdered();
    jobs.later(id, notification(null), size, 100);
    return id;
  }

  private Notify notification(IdempotencyKey key) {
    Notice notice =
        new Notice(Notice.DEFAULT_KIND, new JsonText("1"), false, new UserRef("app", null));
    return new Notify(org, List.of(ann, bob), notice, key);
  }

  @Test
  void anotherNodesJobIsFoundAndFinished() {
    UUID id = left(1);
    Await.until("the job is done", () -> jobs.find(org, new UserId("app"), id).isDone());
    assertThat(unread(ann)).isEqualTo(1);
    assertThat(unread(bob)).isEqualTo(1);
  }

  @Test
  void aPartThatTwoNodesTakeIsDoneOnce() {
    UUID id = left(2);
    Part part = new Part(id, 0, org, List.of(ann, bob), false);
    Targets.Of to = targets.of(org, part.users(), false);
    jobs.carryOut(part, to.targets(), to.tenantInbox());
    jobs.carryOut(part, to.targets(), to.tenantInbox());
    assertThat(unread(ann)).isEqualTo(1);
    assertThat(jobs.find(org, new UserId("app"), id).isDone()).isTrue();
  }

  @Test
  void whatFailsHalfwayLeavesNothing() {
    Targets.Of to = targets.of(org, List.of(ann, bob), false);
    // The second has no row: it fails when the first is in the log already.
    List<Target> broken =
        List.of(to.targets().get(0), new Target(Long.MAX_VALUE, to.targets().get(1).channel()));
    UUID id = ids.timeOrdered();
    IdempotencyKey key = new IdempotencyKey("k");
    assertThatThrownBy(() -> jobs.now(id, notification(key), broken, to.tenantInbox()))
        .isInstanceOf(RuntimeException.class);
    assertThat(unread(ann)).isZero();
    assertThat(log.after(NotificationChannels.of(org, ann, false), 0, 10)).isEmpty();
    assertThat(jobs.known(notification(key).keyHash(id))).isNull();
    jobs.now(id, notification(key), to.targets(), to.tenantInbox());
    assertThat(unread(ann)).isEqualTo(1);
  }

  private long unread(UserId user) {
    return read.count(inboxes.of(org, user), inboxes.ofTenant(org)).unread();
  }
}
