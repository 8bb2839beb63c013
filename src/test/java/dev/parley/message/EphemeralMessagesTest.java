package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.BusListener;
import dev.parley.cluster.Envelope;
import dev.parley.cluster.InMemoryClusterBus;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.EventName;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserRef;
import dev.parley.testkit.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EphemeralMessagesTest {
  private static final ChannelKey LIVE =
      new ChannelKey(new OrgId("acme"), new ChannelName("live:a"));

  private final List<Envelope> heard = new ArrayList<>();
  private final EphemeralMessages messages = new EphemeralMessages();

  @BeforeEach
  void start() {
    InMemoryClusterBus bus = new InMemoryClusterBus();
    bus.listen(
        new BusListener() {
          @Override
          public void heard(Envelope envelope) {
            heard.add(envelope);
          }

          @Override
          public void moved(ChannelKey channel, StreamPosition position) {}

          @Override
          public void mayHaveMissed() {}
        });
    var unused = bus.subscribe(LIVE);
    messages.bus = bus;
    messages.clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
    messages.metrics = new PublishMetrics();
    messages.metrics.registry = new SimpleMeterRegistry();
  }

  private static Append append(String user, String data, @Nullable String key) {
    Publish publish =
        new Publish(
            LIVE.name(),
            EventName.MESSAGE,
            new JsonText(data),
            key == null ? null : new IdempotencyKey(key),
            true);
    return new Append(LIVE, new UserRef(user, null), publish, new MessageId(UUID.randomUUID()));
  }

  @Test
  void aMessageIsPassedOnWithoutAPosition() {
    Append append = append("ann", "{\"x\":1}", null);
    Published published = messages.pass(append);
    assertThat(published.position()).isNull();
    assertThat(published.messageId()).isEqualTo(append.id());
    assertThat(heard).hasSize(1);
    assertThat(heard.get(0).position()).isNull();
    assertThat(Json.parse(heard.get(0).body()))
        .isEqualTo(
            Json.parse(
                "{'type':'message','channel':'live:a','messageId':'%s','event':'message','data':{'x':1},'user':{'id':'ann'},'time':'2026-01-02T03:04:05.678Z'}"
                    .formatted(append.id())
                    .replace('\'', '"')));
  }

  @Test
  void aKeyIsPassedOnOnceForEachUserAndItsRepetitionHasTheFirstAnswer() {
    Published first = messages.pass(append("ann", "1", "k"));
    Published again = messages.pass(append("ann", "1", "k"));
    Published other = messages.pass(append("bob", "1", "k"));
    assertThat(heard).hasSize(2);
    assertThat(again.duplicate()).isTrue();
    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(other.duplicate()).isFalse();
    assertThat(Rejection.of(() -> messages.pass(append("ann", "2", "k"))).code())
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(heard).hasSize(2);
  }

  @Test
  void withoutAKeyTheSameContentIsAnotherMessage() {
    messages.pass(append("ann", "1", null));
    messages.pass(append("ann", "1", null));
    assertThat(heard).hasSize(2);
  }
}
