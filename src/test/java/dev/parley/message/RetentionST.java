package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.Position;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client is told when the log has been trimmed behind its back. */
class RetentionST {
  private static final int KEPT = 10;
  private static final int PUBLISHED = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String channel = Tokens.unique("brief:b");

  @Test
  void aPositionInATrimmedHistoryIsNotRecoveredAndTheRestStaysReadable() {
    try (NodeProcess node =
        NodeProcess.named(Tokens.unique("retention"))
            // A namespace that only the configuration declares.
            .property("parley.channels.brief.subscribe", "tenant")
            .property("parley.channels.brief.publish", "tenant")
            .property("parley.channels.brief.retention-count", Integer.toString(KEPT))
            .property("parley.message.sweep-interval", "PT1S")
            .start()) {
      Person ann = new Tenant(new ServerUrl(node.uri())).person("ann");
      // Nobody reads it meanwhile: what a node still has in memory is recovered, trimmed or not.
      Position first = Position.in(ann.api().publish(channel, "first").expect(201).json());
      try (WsClient socket = ann.connect()) {
        socket.publishMany(channel, PUBLISHED - 1);
      }
      awaitTrimmed(ann.api());
      theTrimmedPartIsGone(ann, first);
      theRestIsRecoverable(ann, first.at(PUBLISHED - KEPT));
    }
  }

  /** Asks until the sweep has been there. */
  private void awaitTrimmed(Api api) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (api.historyAfter(channel, 0).size() > KEPT) {
      assertThat(System.nanoTime()).as("the sweep never came").isLessThan(deadline);
    }
  }

  private void theTrimmedPartIsGone(Person ann, Position begin) {
    try (WsClient socket = ann.connect()) {
      JsonNode reply = socket.command("subscribe", "channel", channel, "recover", begin.json());
      assertThat(reply.get("recovered").asBoolean()).isFalse();
      assertThat(Position.in(reply)).isEqualTo(begin.at(PUBLISHED));
      assertThat(reply.get("messages")).isEmpty();
    }
    try (SseClient stream = ann.sse(channel).position(channel, begin).open()) {
      assertThat(stream.awaitConnected().at("/recovered").get(channel).asBoolean()).isFalse();
    }
    JsonNode answer = ann.poll(channel).from(channel, begin).poll(0);
    assertThat(answer.at("/recovered").get(channel).asBoolean()).isFalse();
    assertThat(answer.get("messages")).isEmpty();
  }

  private void theRestIsRecoverable(Person ann, Position oldest) {
    List<JsonNode> kept = ann.api().historyAfter(channel, 0);
    assertThat(Position.in(kept.get(0))).isEqualTo(oldest.at(oldest.offset() + 1));
    try (WsClient socket = ann.connect()) {
      JsonNode reply = socket.command("subscribe", "channel", channel, "recover", oldest.json());
      assertThat(reply.get("recovered").asBoolean()).isTrue();
      assertThat(reply.get("messages")).hasSize(KEPT);
      // Offsets go on; they are never given twice.
      JsonNode next = socket.command("publish", "channel", channel, "data", "next");
      assertThat(next.get("offset").asLong()).isEqualTo(PUBLISHED + 1);
    }
  }
}
