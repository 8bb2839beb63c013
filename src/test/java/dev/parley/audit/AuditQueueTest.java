package dev.parley.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the queue cannot hold is counted, and the count is written. */
class AuditQueueTest {
  private final AuditQueue queue =
      new AuditQueue(3, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), new Ids());

  private boolean offer(Kind kind) {
    return queue.offer(AuditEvent.unknown(kind, "x"));
  }

  /** Seen to fail when the counts were not reset, and when the entry was left out. */
  @Test
  void whatDoesNotFitIsCountedByItsKindAndToldOnce() {
    for (int i = 0; i < 3; i++) {
      assertThat(offer(Kind.CONNECT)).isTrue();
    }
    assertThat(offer(Kind.CONNECT)).isFalse();
    assertThat(offer(Kind.CONNECT)).isFalse();
    assertThat(offer(Kind.REFUSAL)).isFalse();
    List<AuditRecord> batch = queue.take(10);
    assertThat(batch)
        .extracting(AuditRecord::kind)
        .containsExactly("connect", "connect", "connect", "lost");
    assertThat(Objects.requireNonNull(batch.get(3).content()).detail())
        .isEqualTo("connect=2 refusal=1");
    assertThat(queue.take(10)).isEmpty();
    assertThat(offer(Kind.CONNECT)).isTrue();
  }

  @Test
  void eachHasASaltOfItsOwn() {
    assertThat(offer(Kind.CONNECT)).isTrue();
    assertThat(offer(Kind.CONNECT)).isTrue();
    assertThat(queue.take(10)).extracting(AuditRecord::commitment).doesNotHaveDuplicates();
  }

  @Test
  void textIsCutAndCannotForgeALine() {
    AuditEvent event = AuditEvent.unknown(Kind.ADMIN, "a\nb" + "😀".repeat(200));
    assertThat(event.detail()).doesNotContain("\n").hasSize(255);
    assertThat(event.detail().codePointAt(253)).isEqualTo("😀".codePointAt(0));
  }
}
