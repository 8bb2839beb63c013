package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.message.LogReader;
import dev.parley.notification.JobStore.Part;
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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * What a job has done is done once, whatever ends its node. Seen to fail when nobody looks for the
 * parts that are left, and when a part stays that is done.
 */
// The name is fixed.
@SuppressWarnings("BanJNDI")
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

  /**
   * The second one's row cannot be written, which is found when the first is in inbox and log. Seen
   * to fail when the pushes are appended in a transaction of their own.
   */
  @Test
  void whatFailsHalfwayLeavesNothing() throws SQLException {
    Targets.Of to = targets.of(org, List.of(ann, bob), false);
    UUID id = ids.timeOrdered();
    Notify notify = notification(new IdempotencyKey("k"));
    long bobs = inboxes.of(org, bob);
    execute(
        "insert into notification (inbox_id, item_number, id, tenant_number, kind, data, urgent,"
            + " sender_id, created_at, is_read) values (?, 1, '"
            + ids.timeOrdered()
            + "', 0, 'notification', '1', false, 'app', current_timestamp, true)",
        bobs);
    assertThatThrownBy(() -> jobs.now(id, notify, to.targets(), to.tenantInbox()))
        .isInstanceOf(RuntimeException.class);
    assertThat(unread(ann)).isZero();
    assertThat(log.after(NotificationChannels.of(org, ann, false), 0, 10)).isEmpty();
    assertThat(jobs.known(notify.keyHash(id))).isNull();
    execute("delete from notification where inbox_id = ?", bobs);
    jobs.now(id, notify, to.targets(), to.tenantInbox());
    assertThat(unread(ann)).isEqualTo(1);
    assertThat(unread(bob)).isEqualTo(1);
  }

  private static void execute(String sql, long inbox) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, inbox);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  private static DataSource dataSource() {
    try {
      return InitialContext.doLookup("java:app/jdbc/parley");
    } catch (NamingException e) {
      throw new AssertionError(e);
    }
  }

  private long unread(UserId user) {
    return read.count(inboxes.of(org, user), inboxes.ofTenant(org)).unread();
  }
}
