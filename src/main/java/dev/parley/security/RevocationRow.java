package dev.parley.security;

import dev.parley.security.Revocation.Kind;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link Revocation} as all nodes read it. */
@Entity
@Table(name = "revocation")
class RevocationRow {
  /** What it is about. */
  @Embeddable
  static class Id implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(nullable = false, length = 16)
    private String kind = "";

    @Column(nullable = false)
    private String org = "";

    @Column(nullable = false)
    private String subject = "";

    protected Id() {}

    Id(RevocationKey key) {
      this.kind = key.kind().name();
      this.org = key.org();
      this.subject = key.subject();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Id id
          && id.kind.equals(kind)
          && id.org.equals(org)
          && id.subject.equals(subject);
    }

    @Override
    public int hashCode() {
      return Objects.hash(kind, org, subject);
    }
  }

  @EmbeddedId private Id id = new Id();

  @Column(name = "issued_before")
  private @Nullable Instant issuedBefore;

  @Column(name = "ends_at", nullable = false)
  private Instant endsAt = Instant.EPOCH;

  @Column(nullable = false)
  private long version;

  protected RevocationRow() {}

  RevocationRow(RevocationKey key) {
    this.id = new Id(key);
  }

  /** What is said now replaces what was, but never gives older tokens back. */
  void say(@Nullable Instant before, Instant until, long as) {
    if (before != null && (issuedBefore == null || before.isAfter(issuedBefore))) {
      issuedBefore = before;
    }
    endsAt = until;
    version = as;
  }

  RevocationKey key() {
    return new RevocationKey(Kind.valueOf(id.kind), id.org, id.subject);
  }

  @Nullable Instant issuedBefore() {
    return issuedBefore;
  }

  Instant endsAt() {
    return endsAt;
  }

  long version() {
    return version;
  }
}
