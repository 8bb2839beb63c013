package dev.parley.message;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nothing of this tenant, or of this person, may be removed by retention. */
@Entity
@Table(name = "legal_hold")
class LegalHold {
  /** Stands for the user when the whole tenant is held; no user has it as id. */
  static final String TENANT = "";

  /** Who is held. */
  @Embeddable
  static class Subject implements Serializable {
    private static final long serialVersionUID = 1L;

    @Column(nullable = false)
    private String org = "";

    @Column(name = "user_id", nullable = false)
    private String userId = "";

    protected Subject() {}

    Subject(OrgId org, @Nullable UserId user) {
      this.org = org.value();
      this.userId = user == null ? TENANT : user.value();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Subject subject
          && subject.org.equals(org)
          && subject.userId.equals(userId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(org, userId);
    }
  }

  @EmbeddedId private Subject subject = new Subject();

  /** The person as a part of channel names. */
  @Column(name = "channel_part", nullable = false, updatable = false, length = 4096)
  private String channelPart = "";

  protected LegalHold() {}

  LegalHold(OrgId org, @Nullable UserId user) {
    this.subject = new Subject(org, user);
    this.channelPart = user == null ? TENANT : user.asChannelPart();
  }

  Subject subject() {
    return subject;
  }
}
