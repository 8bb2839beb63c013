package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;

/**
 * A direct conversation, beside its log: who the two are, and whether it is going on. Changed only
 * under the lock of the log's head, by the transaction that appends.
 */
@Entity
@Table(name = "direct_conversation")
class DirectConversation {
  @Id
  @Column(name = "channel_id")
  private long channelId;

  @Column(nullable = false, updatable = false)
  private String org = "";

  @Column(name = "user_one", nullable = false, updatable = false)
  private String one = "";

  @Column(name = "user_other", nullable = false, updatable = false)
  private String other = "";

  @Column(name = "active_at", nullable = false)
  private Instant activeAt = Instant.EPOCH;

  @Column(name = "opened_at", nullable = false)
  private Instant openedAt = Instant.EPOCH;

  @Column(name = "opened_offset", nullable = false)
  private long openedOffset;

  protected DirectConversation() {}

  DirectConversation(long channelId, DirectPair pair) {
    this.channelId = channelId;
    this.org = pair.org().value();
    this.one = pair.one().value();
    this.other = pair.other().value();
  }

  long channelId() {
    return channelId;
  }

  DirectPair pair() {
    return new DirectPair(new OrgId(org), new UserId(one), new UserId(other));
  }

  Instant activeAt() {
    return activeAt;
  }

  Instant openedAt() {
    return openedAt;
  }

  long openedOffset() {
    return openedOffset;
  }

  /**
   * A message was appended at this offset; true when the conversation had been at rest, and is open
   * from this message on. While it goes on, the row is written now and then only.
   */
  boolean spoken(long offset, Instant time, Duration rest) {
    boolean opens = activeAt.isBefore(time.minus(rest));
    if (opens) {
      openedAt = time;
      openedOffset = offset;
    }
    if (opens || activeAt.isBefore(time.minus(rest.dividedBy(10)))) {
      activeAt = time;
    }
    return opens;
  }
}
