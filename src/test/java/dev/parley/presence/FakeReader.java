package dev.parley.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Reader;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import dev.parley.testkit.Json;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose dispatcher runs when the test says so, and what a client makes of what it is
 * told: it fails at a join of somebody who is there, and at news of somebody who is not.
 */
final class FakeReader implements Reader {
  static final OrgId ORG = new OrgId("acme");

  final String person;
  final List<JsonNode> pushes = new ArrayList<>();

  /** Characters of all presence pushes. */
  long characters;

  private final Caller caller;
  private final String transport;
  private final LongSupplier nanos;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Runnable> whenDrained = new ArrayList<>();
  private final Map<String, TreeMap<String, String>> lists = new HashMap<>();
  private @Nullable String device;
  private long activeAt;
  private boolean full;

  FakeReader(String person, String transport, LongSupplier nanos) {
    this.person = person;
    this.transport = transport;
    this.nanos = nanos;
    this.activeAt = nanos.getAsLong();
    this.caller =
        new Caller(
            new UserId(person),
            person.toUpperCase(java.util.Locale.ROOT),
            ORG,
            Set.of(),
            Instant.MAX,
            "");
  }

  FakeReader called(String label) {
    device = label;
    return this;
  }

  void act() {
    activeAt = nanos.getAsLong();
  }

  /** From now on nothing more fits, or it does again. */
  void full(boolean now) {
    full = now;
    if (!now) {
      List<Runnable> drained = List.copyOf(whenDrained);
      whenDrained.clear();
      drained.forEach(Runnable::run);
    }
  }

  /** Runs what waits on the dispatcher. */
  void turn() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  /** The reply of a subscription. */
  void listed(String channel, @Nullable List<PresentUser> users) {
    if (users != null) {
      TreeMap<String, String> list = new TreeMap<>();
      users.forEach(user -> list.put(user.user().id(), user.status().wire()));
      lists.put(channel, list);
    }
  }

  void forget(String channel) {
    lists.remove(channel);
  }

  boolean watches(String channel) {
    return lists.containsKey(channel);
  }

  /** Who is in the channel and how, as the client knows it. */
  Map<String, String> list(String channel) {
    return lists.getOrDefault(channel, new TreeMap<>());
  }

  /** What has happened to somebody in the channel, in order. */
  List<String> events(String channel, String user) {
    List<String> events = new ArrayList<>();
    for (JsonNode push : pushes) {
      if (push.path("channel").asText().equals(channel)) {
        for (JsonNode one : users(push)) {
          if (one.path("id").asText().equals(user)) {
            events.add(push.path("event").asText(push.path("typing").asText()));
          }
        }
      }
    }
    return events;
  }

  private static List<JsonNode> users(JsonNode push) {
    List<JsonNode> users = new ArrayList<>();
    users.add(push.path("user"));
    push.path("more").forEach(users::add);
    return users;
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public @Nullable String device() {
    return device;
  }

  @Override
  public String transport() {
    return transport;
  }

  @Override
  public long activeAt() {
    return activeAt;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public boolean offer(ChannelKey channel, OutboundFrame frame) {
    if (full) {
      return false;
    }
    JsonNode push = Json.parse(frame.json());
    pushes.add(push);
    if (push.path("type").asText().equals("presence")) {
      characters += frame.json().length();
      take(push);
    }
    return true;
  }

  @Override
  public void whenDrained(Runnable task) {
    whenDrained.add(task);
  }

  private void take(JsonNode push) {
    String channel = push.path("channel").asText();
    if (push.has("users")) {
      TreeMap<String, String> list = new TreeMap<>();
      push.path("users")
          .forEach(user -> list.put(user.path("id").asText(), user.path("status").asText()));
      lists.put(channel, list);
      return;
    }
    TreeMap<String, String> list = lists.get(channel);
    assertThat(list).as("a list before %s", push).isNotNull();
    for (JsonNode user : users(push)) {
      String id = user.path("id").asText();
      switch (push.path("event").asText()) {
        case "join" -> {
          assertThat(list).as("nobody joins twice: %s", push).doesNotContainKey(id);
          list.put(id, user.path("status").asText());
        }
        case "update" -> {
          assertThat(list).as("who is changed is there: %s", push).containsKey(id);
          list.put(id, user.path("status").asText());
        }
        case "leave" -> assertThat(list.remove(id)).as("who leaves is there: %s", push).isNotNull();
        default -> throw new AssertionError("not an event of presence: " + push);
      }
    }
  }
}
