package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Some of those whom a job has still to notify. Removed in the transaction that does it. */
@Entity
@Table(name = "notification_job_part")
class JobPart {
  /** Which part of which job; the order of the columns is that of the primary key's index. */
  @Embeddable
  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(name = "job_id")
    private UUID jobId = new UUID(0, 0);

    @Column(name = "part")
    private int part;

    protected Key() {}

    Key(UUID jobId, int part) {
      this.jobId = jobId;
      this.part = part;
    }

    int part() {
      return part;
    }

    UUID jobId() {
      return jobId;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.jobId.equals(jobId) && key.part == part;
    }

    @Override
    public int hashCode() {
      return Objects.hash(jobId, part);
    }
  }

  @EmbeddedId private Key key = new Key();

  @Column(nullable = false, updatable = false, length = 1_000_000)
  private String users = "";

  protected JobPart() {}

  JobPart(Key key, String users) {
    this.key = key;
    this.users = users;
  }

  Key key() {
    return key;
  }

  /** A JSON object whose field {@code users} names them. */
  String users() {
    return users;
  }
}
