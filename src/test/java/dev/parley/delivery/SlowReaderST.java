package dev.parley.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SlowSocket;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One reader at 5 KB/s, with something in every lane. */
class SlowReaderST {
  private static final int SPEED = 5_000;
  private static final int ROOM_MESSAGES = 3_000;
  private static final int QUOTES = 300;
  private static final int SYMBOLS = 5;
  private static final int HINTS = 100;
  private static final int ALARMS = 5;
  private static final String PADDING = "x".repeat(300);
  private static final List<String> CHANNELS =
      List.of("room:flood", "quote:q", "hint:h", "live:l", "alarm:a");

  private final List<JsonNode> heard = new ArrayList<>();
  private final Map<String, Long> positions = new HashMap<>();

  /**
   * Issue 3: control first, then urgent; the last value of each key; nothing durable missing in the
   * end.
   */
  @Test
  void whatIsUrgentOvertakesAndNothingThatIsStoredIsMissing() {
    try (NodeProcess node = node()) {
      Tenant tenant = new Tenant(new ServerUrl(node.uri()));
      try (SlowSocket reader = new SlowSocket(tenant.person("ann"));
          WsClient bob = tenant.person("bob").connect()) {
        subscribe(reader);
        flood(bob);
        urgentThings(reader, bob);
        theRest(reader);
      }
    }
  }

  private static NodeProcess node() {
    return NodeProcess.named("slow-reader")
        // So small that what the operating system keeps for it is not most of it.
        .property("parley.delivery.queue-high-water", "65536")
        .property("parley.delivery.queue-low-water", "32768")
        .property("parley.delivery.write-batch", "4096")
        // It does not read while the others publish, on whatever machine; a ping would be behind
        // it.
        .property("parley.connection.write-stall", "PT5M")
        .property("parley.connection.ping-interval", "PT10M")
        .start();
  }

  private void subscribe(SlowSocket reader) {
    for (int i = 0; i < CHANNELS.size(); i++) {
      String channel = CHANNELS.get(i);
      reader.send("id", i + 1, "type", "subscribe", "channel", channel);
      positions.put(channel, 0L);
    }
    reader.readUntil(frame -> frame.path("id").asInt() == CHANNELS.size(), frame -> {});
  }

  /** More than its queue and the operating system take, while it does not read. */
  private static void flood(WsClient bob) {
    Deque<CompletableFuture<JsonNode>> underWay = new ArrayDeque<>();
    for (int i = 0; i < ROOM_MESSAGES; i++) {
      underWay.add(publish(bob, "room:flood", Json.object("n", i, "padding", PADDING)));
      if (i % (ROOM_MESSAGES / QUOTES) == 0) {
        int n = i / (ROOM_MESSAGES / QUOTES);
        JsonNode quote = Json.object("n", n, "symbol", "S" + n % SYMBOLS, "padding", PADDING);
        underWay.add(publish(bob, "quote:q", quote));
        underWay.add(publish(bob, "live:l", quote));
      }
      if (i % (ROOM_MESSAGES / HINTS) == 0) {
        underWay.add(publish(bob, "hint:h", Json.object("n", i)));
      }
      while (underWay.size() > 100) {
        Await.result("a reply", underWay.remove());
      }
    }
    underWay.forEach(reply -> Await.result("a reply", reply));
  }

  private static CompletableFuture<JsonNode> publish(WsClient bob, String channel, JsonNode data) {
    return bob.commandAsync("publish", "channel", channel, "data", data);
  }

  private void urgentThings(SlowSocket reader, WsClient bob) {
    reader.send("id", 99, "type", "ping");
    for (int i = 0; i < ALARMS; i++) {
      Await.result("a reply", publish(bob, "alarm:a", Json.object("n", i)));
    }
    reader.bytesPerSecond(SPEED);
    long begin = System.nanoTime();
    reader.readUntil(
        frame ->
            frame.path("channel").asText().equals("alarm:a")
                && frame.path("offset").asInt() == ALARMS,
        this::hear);
    System.out.println(
        "the alarms were there after "
            + Duration.ofNanos(System.nanoTime() - begin).toMillis()
            + " ms, behind "
            + heard.size()
            + " others, at "
            + positions);
    List<String> order =
        heard.stream().map(f -> f.path("channel").asText(f.path("type").asText())).toList();
    int pong = order.indexOf("pong");
    // What follows them in the same frame is normal again.
    assertThat(order.subList(pong, pong + 1 + ALARMS))
        .as("control first, then urgent")
        .containsExactly("pong", "alarm:a", "alarm:a", "alarm:a", "alarm:a", "alarm:a");
    assertThat(positions.get("room:flood")).isLessThan(ROOM_MESSAGES / 2);
  }

  private void theRest(SlowSocket reader) {
    reader.bytesPerSecond(0);
    reader.readUntil(
        frame ->
            positions.get("room:flood") == ROOM_MESSAGES
                && positions.get("quote:q") == QUOTES
                && positions.get("hint:h") == HINTS,
        this::hear);
    assertThat(of("room:flood")).as("none was left out").hasSize(ROOM_MESSAGES);
    assertThat(of("hint:h")).hasSize(HINTS);
    assertThat(of("quote:q").size()).as("quotes, of %s", QUOTES).isLessThan(QUOTES);
    Map<String, Integer> last = new HashMap<>();
    of("quote:q").forEach(q -> last.put(q.at("/data/symbol").asText(), q.at("/data/n").asInt()));
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      assertThat(last).containsEntry("S" + symbol, QUOTES - SYMBOLS + symbol);
    }
    List<Integer> live = of("live:l").stream().map(f -> f.at("/data/n").asInt()).toList();
    assertThat(live).as("dropped, never reordered").isSorted().hasSizeLessThan(QUOTES);
    Set<String> ids = new HashSet<>();
    assertThat(heard).filteredOn(f -> f.has("messageId")).allMatch(f -> ids.add(id(f)));
  }

  private static String id(JsonNode frame) {
    return frame.get("messageId").asText();
  }

  private List<JsonNode> of(String channel) {
    return heard.stream()
        .filter(frame -> frame.path("type").asText().equals("message"))
        .filter(frame -> frame.path("channel").asText().equals(channel))
        .toList();
  }

  /** Holds a client's rule: each message is the next one, counting those said to be left out. */
  private void hear(JsonNode frame) {
    heard.add(frame);
    if (frame.has("offset") && frame.path("type").asText().equals("message")) {
      long offset = frame.get("offset").asLong();
      long before = offset - frame.path("conflated").asLong(0) - 1;
      assertThat(positions.put(frame.get("channel").asText(), offset))
          .as("before %s", frame)
          .isEqualTo(before);
    }
  }
}
