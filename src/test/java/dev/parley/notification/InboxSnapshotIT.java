package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.message.LogChannels;
import dev.parley.message.PushRecorder;
import dev.parley.notification.ChangeInbox.Owner;
import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.security.Caller;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.Json;
import dev.parley.testkit.ParleyTest;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * P-08 for notifications: a list that was taken at any moment, and the pushes behind it, are what a
 * fresh list is. Pushes of one channel come in order, the three channels overtake each other as
 * they like, and some come again that the list has already. Seen to fail when a removal is not
 * told.
 */
@ParleyTest
class InboxSnapshotIT {
  private static final int RUNS =
      Integer.getInteger("parley.test.inboxes", Chaos.count(300, 5_000));
  private static final int STEPS = 14;
  private static final int ALL = 100;

  @EJB private JobStore jobs;
  @EJB private ReadInbox read;
  @EJB private ChangeInbox change;
  @Inject private Inboxes inboxes;
  @Inject private Targets targets;
  @Inject private LogChannels channels;
  @Inject private PushRecorder recorder;
  @Inject private Ids ids;

  private final UserId ann = new UserId("ann");

  @Test
  void aListWithThePushesBehindItIsAFreshList() {
    OrgId org = new OrgId("snapshot-" + ids.random(9));
    Caller caller = new Caller(ann, "Ann", org, Set.of(), Instant.MAX, "");
    Owner owner = new Owner(caller, inboxes.of(org, ann), inboxes.ofTenant(org));
    long seed = Long.getLong("parley.test.seed", System.nanoTime());
    for (int run = 0; run < RUNS; run++) {
      new Run(seed + run, owner).run();
    }
  }

  /** What happens to an inbox that begins empty, though its numbers go on. */
  private final class Run {
    private final long seed;
    private final Random random;
    private final OrgId org;
    private final Owner owner;
    private final List<ChannelKey> keys;
    private final List<List<MessagePush>> pushes;

    Run(long seed, Owner owner) {
      this.seed = seed;
      this.owner = owner;
      random = new Random(seed);
      org = owner.caller().org();
      keys =
          List.of(
              NotificationChannels.of(org, ann, false),
              NotificationChannels.of(org, ann, true),
              NotificationChannels.ofTenant(org));
      channels.prepare(keys);
      change.clear(owner, UpTo.ALL);
      pushes = keys.stream().map(recorder::record).toList();
    }

    void run() {
      int begin = random.nextInt(STEPS);
      JsonNode taken = null;
      List<Integer> heard = List.of();
      for (int step = 0; step < STEPS; step++) {
        if (step == begin) {
          taken = list();
          heard = pushes.stream().map(some -> random.nextInt(some.size() + 1)).toList();
        }
        step();
      }
      InboxReplica replica = new InboxReplica(taken);
      overtaking(heard).forEach(replica::hear);
      JsonNode fresh = list();
      InboxReplica expected = new InboxReplica(fresh);
      assertThat(replica.state()).as("seed %d", seed).isEqualTo(expected.state());
      assertThat(fresh.get("unread").asLong()).as("seed %d", seed).isEqualTo(expected.unread());
      keys.forEach(recorder::forget);
    }

    /** What comes of each channel from there on, in any order that keeps that of each. */
    private List<JsonNode> overtaking(List<Integer> from) {
      List<Deque<MessagePush>> waiting = new ArrayList<>();
      for (int i = 0; i < from.size(); i++) {
        List<MessagePush> all = pushes.get(i);
        waiting.add(new ArrayDeque<>(all.subList(from.get(i), all.size())));
      }
      List<JsonNode> order = new ArrayList<>();
      waiting.removeIf(Deque::isEmpty);
      while (!waiting.isEmpty()) {
        order.add(Json.parse(JsonWriter.push(any(waiting).remove())));
        waiting.removeIf(Deque::isEmpty);
      }
      return order;
    }

    private void step() {
      List<Notification> shown = page().notifications();
      int what = random.nextInt(shown.isEmpty() ? 5 : 14);
      switch (what) {
        case 0, 1, 2 -> send(List.of(ann), targets.of(org, List.of(ann), what == 2), what == 2);
        case 3, 4 -> send(List.of(), targets.ofTenant(org), false);
        case 5, 6, 7 -> change.mark(owner, any(shown).id(), true);
        case 8, 9 -> change.mark(owner, any(shown).id(), false);
        case 10, 11 -> change.remove(owner, any(shown).id());
        case 12 -> change.readAll(owner, upTo());
        default -> change.clear(owner, upTo());
      }
    }

    private void send(List<UserId> users, Targets.Of to, boolean urgent) {
      UUID id = ids.timeOrdered();
      Notice notice =
          new Notice(Notice.DEFAULT_KIND, new JsonText("1"), urgent, new UserRef("app", null));
      jobs.now(id, new Notify(org, users, notice, null), to.targets(), to.tenantInbox());
    }

    /** What there is, or what was there a little earlier. */
    private UpTo upTo() {
      UpTo now = page().upTo();
      return new UpTo(
          Math.max(0, now.user() - random.nextInt(3)),
          Math.max(0, now.tenant() - random.nextInt(3)));
    }

    private InboxPage page() {
      return read.page(owner.inboxId(), owner.tenantInbox(), false, UpTo.ALL, ALL);
    }

    private JsonNode list() {
      InboxPage page = page();
      return Json.parse(
          JsonWriter.object(
              out -> {
                out.writeArrayFieldStart("notifications");
                for (Notification notification : page.notifications()) {
                  notification.write(out);
                }
                out.writeEndArray();
                out.writeNumberField("unread", page.unread());
                page.upTo().write(out);
              }));
    }

    private <T> T any(List<T> things) {
      return things.get(random.nextInt(things.size()));
    }
  }
}
