package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The limits that a node has when nobody configures any. */
class PublishLimitST {
  private static final int BURST = 20;

  @Test
  void whoPublishesTooFastIsToldWhenToComeBackAndNothingOfThatIsStored() {
    try (NodeProcess node =
        NodeProcess.named("publish-limit")
            .atDefault("parley.ratelimit.publish-per-second")
            .atDefault("parley.ratelimit.publish-burst")
            .start()) {
      Tenant tenant = new Tenant(new ServerUrl(node.uri()));
      overAWebSocket(tenant.person("ann"));
      overHttp(tenant.person("bob"));
      oneAllowanceForAllConnections(tenant.person("cat"));
    }
  }

  private static void overAWebSocket(Person person) {
    String room = Tenant.room();
    List<String> stored = new ArrayList<>();
    try (WsClient socket = person.connect()) {
      List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
      for (int i = 0; i < 3 * BURST; i++) {
        replies.add(socket.commandAsync("publish", "channel", room, "data", "m" + i));
      }
      for (int i = 0; i < replies.size(); i++) {
        JsonNode reply = Await.result("a reply", replies.get(i));
        if (reply.get("type").asText().equals("published")) {
          stored.add("m" + i);
        } else {
          assertThat(reply.get("code").asText()).isEqualTo("rate_limited");
          assertThat(reply.get("retryable").asBoolean()).isTrue();
          assertThat(reply.get("retryAfterMs").asLong()).isBetween(1L, 1000L);
        }
      }
      socket.assertAlive();
    }
    assertThat(stored).hasSizeBetween(BURST, 2 * BURST);
    assertThat(person.api().stored(room)).isEqualTo(stored);
  }

  private static void overHttp(Person person) {
    String room = Tenant.room();
    List<CompletableFuture<Api.Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 3 * BURST; i++) {
      answers.add(person.api().publishAsync(room, Json.object("data", "m" + i), ""));
    }
    int stored = 0;
    for (CompletableFuture<Api.Answer> future : answers) {
      Api.Answer answer = Await.result("an answer", future);
      if (answer.status() == 201) {
        stored++;
      } else {
        JsonNode problem = answer.problem(429, "rate_limited");
        assertThat(problem.get("retryAfterMs").asLong()).isBetween(1L, 1000L);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 5);
      }
    }
    assertThat(stored).isBetween(BURST, 2 * BURST);
    assertThat(person.api().stored(room)).hasSize(stored);
  }

  private static void oneAllowanceForAllConnections(Person person) {
    String room = Tenant.room();
    int stored = 0;
    for (int connection = 0; connection < 3; connection++) {
      try (WsClient socket = person.connect()) {
        List<CompletableFuture<JsonNode>> replies = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
          replies.add(socket.commandAsync("publish", "channel", room, "data", "m" + i));
        }
        for (CompletableFuture<JsonNode> reply : replies) {
          JsonNode answer = Await.result("a reply", reply);
          stored += answer.get("type").asText().equals("published") ? 1 : 0;
        }
      }
    }
    assertThat(stored).isLessThan(3 * BURST);
    assertThat(person.api().stored(room)).hasSize(stored);
  }
}
