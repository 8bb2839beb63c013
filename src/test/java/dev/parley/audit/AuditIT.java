package dev.parley.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.ErasePerson;
import dev.parley.testkit.ParleyTest;
import jakarta.ejb.EJB;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The trail on the real database: the chain is one, whoever writes to it at once. */
@ParleyTest
class AuditIT {
  private static final int WRITERS = 8;
  private static final int BATCHES = 10;

  @EJB private AuditStore store;
  @Inject private AuditTrail trail;
  @Inject private Event<AuditEvent> events;
  @Inject private Event<ErasePerson> erasures;
  @Inject private Ids ids;

  private OrgId org() {
    return new OrgId("audit-" + ids.random(9));
  }

  private AuditRecord record(OrgId org, String user) {
    AuditEvent event = AuditEvent.unknown(Kind.ADMIN, "détail 😀").in(org).to(new UserId(user));
    return AuditRecord.of(event, Instant.now(), ids.random(16));
  }

  /** The chain as a whole: other tests write to it too. */
  private void assertIntact() {
    trail.flush();
    AuditHead head = store.head();
    Verification verification = new Verification(head, Map.of());
    long number = head.removed();
    while (number < head.last()) {
      List<AuditEntry> page = store.after(number, 1000);
      page.stream().filter(one -> one.number() <= head.last()).forEach(verification::accept);
      number = page.isEmpty() ? head.last() : page.get(page.size() - 1).number();
    }
    assertThat(verification.end()).isEmpty();
  }

  /** As the threads of several nodes do. */
  @Test
  void whoWritesAtOnceWritesOneChain() throws Exception {
    OrgId org = org();
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(() -> write(org));
      }
      for (Future<Integer> writer : threads.invokeAll(writers)) {
        assertThat(writer.get()).isEqualTo(BATCHES);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.before(org.value(), null, Long.MAX_VALUE, 1000))
        .hasSize(2 * WRITERS * BATCHES);
    assertIntact();
  }

  private int write(OrgId org) {
    for (int i = 0; i < BATCHES; i++) {
      store.append(List.of(record(org, "ann"), record(org, "bob")), null);
    }
    return BATCHES;
  }

  @Test
  void whoIsErasedIsGoneFromTheTrailAndTheChainHolds() {
    OrgId org = org();
    UserId bob = new UserId("b_ob|" + ids.random(4));
    events.fire(AuditEvent.unknown(Kind.ADMIN, "x").in(org).to(bob));
    events.fire(AuditEvent.unknown(Kind.ADMIN, "x").in(org).to(new UserId("ann")));
    events.fire(
        AuditEvent.unknown(Kind.SUBSCRIPTION_REFUSED, "x")
            .in(org)
            .about("user:" + bob.asChannelPart()));
    events.fire(AuditEvent.unknown(Kind.ERASURE, "x").in(org).to(bob));
    ErasePerson person = new ErasePerson(org, bob);
    erasures.fire(person);
    assertThat(person.counts()).containsEntry("audit", 2L);
    List<AuditEntry> entries = store.before(org.value(), null, Long.MAX_VALUE, 10);
    assertThat(entries)
        .extracting(entry -> entry.entry().isErased())
        .containsExactly(false, true, false, true);
    assertThat(entries.subList(1, 4).toString()).doesNotContain(bob.value(), bob.asChannelPart());
    assertIntact();
  }

  @Test
  void retentionTakesFromTheOldEndOnly() {
    trail.flush();
    AuditHead before = store.head();
    store.append(List.of(record(org(), "ann")), null);
    assertThat(store.trim(Instant.EPOCH)).isFalse();
    assertThat(store.head().removed()).isEqualTo(before.removed());
    AuditEntry oldest = store.after(before.removed(), 1).get(0);
    store.trim(oldest.entry().time().plusMillis(1));
    assertThat(store.head().removed()).isGreaterThan(before.removed());
    assertIntact();
  }
}
