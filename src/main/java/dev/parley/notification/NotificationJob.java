package dev.parley.notification;

import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserRef;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One call that notifies: what of, how many, and how many of them are done. {@code done} is raised
 * in the transaction that stores the notifications, so a job goes on after a crash where it stood.
 */
@Entity
@Table(name = "notification_job")
class NotificationJob {
  @Id private UUID id = new UUID(0, 0);

  @Column(nullable = false, updatable = false)
  private String org = "";

  @Column(name = "sender_id", nullable = false)
  private String senderId = "";

  @Column(name = "sender_name")
  private @Nullable String senderName;

  @Column(name = "key_hash", nullable = false, updatable = false, length = 43)
  private String keyHash = "";

  @Column(name = "body_hash", nullable = false, updatable = false, length = 43)
  private String bodyHash = "";

  @Column(nullable = false, updatable = false, length = EventName.MAX_LENGTH)
  private String kind = "";

  @Column(nullable = false, updatable = false, length = 1_000_000)
  private String data = "";

  @Column(nullable = false, updatable = false)
  private boolean urgent;

  @Column(nullable = false, updatable = false)
  private int total;

  @Column(nullable = false)
  private int done;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt = Instant.EPOCH;

  @Column(name = "finished_at")
  private @Nullable Instant finishedAt;

  protected NotificationJob() {}

  NotificationJob(UUID id, Notify notify, Instant now) {
    this.id = id;
    this.org = notify.org().value();
    this.senderId = notify.notice().sender().id();
    this.senderName = notify.notice().sender().name();
    this.keyHash = notify.keyHash(id);
    this.bodyHash = notify.bodyHash();
    this.kind = notify.notice().kind().value();
    this.data = notify.notice().data().value();
    this.urgent = notify.notice().urgent();
    this.total = notify.isToTenant() ? 1 : notify.users().size();
    this.createdAt = now;
  }

  UUID id() {
    return id;
  }

  OrgId org() {
    return new OrgId(org);
  }

  String bodyHash() {
    return bodyHash;
  }

  Notice notice() {
    return new Notice(
        new EventName(kind), new JsonText(data), urgent, new UserRef(senderId, senderName));
  }

  boolean isFinished() {
    return finishedAt != null;
  }

  /** Notes that so many more were notified; the last of them end the job. */
  void progress(int more, Instant now) {
    done += more;
    if (done == total) {
      finishedAt = now;
    }
  }

  JobStatus status() {
    return new JobStatus(id, total, done, createdAt);
  }
}
