package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;

/** A list and the pushes behind it are as good as a fresh list, whenever the list was taken. */
class InboxConvergenceIT extends WireTest {
  private static final int STEPS = 120;
  private static final AtomicInteger SEED = new AtomicInteger(20261126);

  private final List<JsonNode> pushes = new CopyOnWriteArrayList<>();

  /** A list, and how many pushes had come when it was asked for: an older one must do no harm. */
  private record Taken(JsonNode list, int heard) {}

  @RepeatedTest(5)
  void anyListPlusThePushesBehindItEqualsAFreshList() {
    Random random = new Random(SEED.getAndIncrement());
    Person ann = tenant.person("ann");
    InboxClient anns = new InboxClient(ann);
    InboxClient app = new InboxClient(tenant.publisher("app"));
    List<Taken> lists = new ArrayList<>();
    try (WsClient device = WsClient.to(server).bearer(ann.token()).tap(this::hear).open()) {
      device.awaitPush("connected");
      for (int i = 0; i < STEPS; i++) {
        int heard = random.nextBoolean() ? pushes.size() : 0;
        // Some sending goes on beside it, so that lists and changes fall between a push and its row
        CompletableFuture<Void> sending =
            CompletableFuture.runAsync(() -> notifySomebody(app, ann, new Random(SEED.get())));
        change(anns, random);
        if (random.nextInt(4) == 0) {
          lists.add(new Taken(anns.page("limit=100"), heard));
        }
        sending.join();
      }
      app.send("users", List.of(ann.id()), "data", "end").expect(201);
      app.send("users", List.of(ann.id()), "data", "end", "urgent", true).expect(201);
      app.send("tenant", true, "data", "end").expect(201);
      for (String channel : List.of(ann.userChannel(), "urgent:" + ann.id(), ann.orgChannel())) {
        device.awaitFrame(
            "the end of " + channel,
            frame ->
                frame.path("channel").asText().equals(channel)
                    && frame.at("/data/data").asText().equals("end"));
      }
    }
    JsonNode fresh = anns.page("limit=100");
    InboxReplica expected = new InboxReplica(fresh);
    assertThat(fresh.has("next")).isFalse();
    assertThat(fresh.get("unread").asLong()).isEqualTo(expected.unread());
    for (Taken taken : lists) {
      InboxReplica replica = new InboxReplica(taken.list());
      pushes.subList(taken.heard(), pushes.size()).forEach(replica::hear);
      assertThat(replica.state()).isEqualTo(expected.state());
    }
  }

  private void hear(JsonNode frame) {
    if (frame.path("type").asText().equals("message")) {
      pushes.add(frame);
    }
  }

  private static void notifySomebody(InboxClient app, Person ann, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> app.send("tenant", true, "data", "t").expect(201);
      case 1 -> app.send("users", List.of(ann.id()), "data", "u", "urgent", true).expect(201);
      default -> app.send("users", List.of(ann.id()), "data", "n").expect(201);
    }
  }

  private static void change(InboxClient anns, Random random) {
    JsonNode page = anns.page("limit=100");
    JsonNode shown = page.get("notifications");
    if (shown.isEmpty()) {
      return;
    }
    String id = shown.get(random.nextInt(shown.size())).get("id").asText();
    JsonNode upTo = page.get("upTo");
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> anns.mark(id, true).expect(200);
      case 4, 5, 6 -> anns.mark(id, false).expect(200);
      case 7, 8, 9 -> anns.remove(id).expect(200);
      case 10 -> anns.readAll(Json.object("upTo", upTo).toString()).expect(200);
      default ->
          anns.clear("?upTo=" + Math.max(0, upTo.get("user").asLong() - 3) + ".1").expect(200);
    }
  }
}
