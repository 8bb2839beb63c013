package dev.parley.connection.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.Await;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamSinkTest {
  private FakeStream stream;

  /** An event as an implementation of JAX-RS makes it. */
  private record Event(String name, Object data) implements OutboundSseEvent {
    @Override
    public String getId() {
      return "an id";
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String getComment() {
      return null;
    }

    @Override
    public long getReconnectDelay() {
      return RECONNECT_NOT_SET;
    }

    @Override
    public boolean isReconnectDelaySet() {
      return false;
    }

    @Override
    public Class<?> getType() {
      return data.getClass();
    }

    @Override
    public Type getGenericType() {
      return data.getClass();
    }

    @Override
    public MediaType getMediaType() {
      return MediaType.TEXT_PLAIN_TYPE;
    }

    @Override
    public Object getData() {
      return data;
    }
  }

  @BeforeEach
  void connected() throws IOException {
    stream = new FakeStream(true);
    stream.write("connected", "{}");
    assertThat(stream.arrived()).isEqualTo("retry: 3000\n\nevent: connected\ndata: {}\n\n");
  }

  private static CompletableFuture<?> send(FakeStream to, Object data) {
    return to.wire.sink().send(new Event("note", data)).toCompletableFuture();
  }

  private CompletableFuture<?> send(Object data) {
    return send(stream, data);
  }

  private static Throwable failure(CompletableFuture<?> stage) {
    try {
      throw new AssertionError("done: " + Await.result("the stage", stage));
    } catch (Await.TransportFailure e) {
      return e.getCause();
    }
  }

  @Test
  void anEventLeavesAtOnceWithoutItsId() throws Exception {
    Await.result("the stage", send("one\ntwo"));
    assertThat(stream.arrived()).isEqualTo("event: note\ndata: one\ndata: two\n\n");
  }

  @Test
  void whereEventsHaveNoNamesItHasNone() throws Exception {
    FakeStream unnamed = new FakeStream(false);
    unnamed.write("connected", "{}");
    unnamed.arrived();
    Await.result("the stage", send(unnamed, "x"));
    assertThat(unnamed.arrived()).isEqualTo("data: x\n\n");
  }

  @Test
  void nothingComesBeforeConnected() throws Exception {
    FakeStream fresh = new FakeStream(true);
    CompletableFuture<?> early = send(fresh, "x");
    assertThat(fresh.arrived()).isEqualTo("retry: 3000\n\n");
    fresh.write("connected", "{}");
    Await.result("the stage", early);
    assertThat(fresh.arrived()).isEqualTo("event: connected\ndata: {}\n\nevent: note\ndata: x\n\n");
  }

  @Test
  void whileTheClientDoesNotReadEventsWaitInOrderBehindTheWriteUnderWay() throws Exception {
    stream.ready = false;
    BooleanSupplier written = stream.write("message", "{}");
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sent.add(send("" + i));
    }
    assertThat(written.getAsBoolean()).isFalse();
    assertThat(sent).noneMatch(CompletableFuture::isDone);
    stream.readOn();
    assertThat(written.getAsBoolean()).isTrue();
    sent.forEach(stage -> Await.result("the stage", stage));
    assertThat(stream.arrived())
        .isEqualTo(
            """
            data: {}

            event: note
            data: 0

            event: note
            data: 1

            event: note
            data: 2

            """);
  }

  @Test
  void aWriteThatComesMeanwhileLeavesBehindTheEventAndIsToldOfItsOwnEnd() throws Exception {
    // Ready when the event is taken, and no longer when it is to be written.
    stream.readyTimes = 1;
    CompletableFuture<?> sent = send("x");
    BooleanSupplier written = stream.write("message", "{}");
    assertThat(stream.arrived()).isEmpty();
    stream.readOn();
    assertThat(written.getAsBoolean()).isTrue();
    Await.result("the stage", sent);
    assertThat(stream.arrived()).isEqualTo("event: note\ndata: x\n\ndata: {}\n\n");
  }

  @Test
  void whatWaitsIsBoundedAndWhatIsRefusedIsTold() throws Exception {
    stream.ready = false;
    String kilobyte = "x".repeat(1 << 10);
    List<CompletableFuture<?>> stages = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      stages.add(send(kilobyte));
    }
    assertThat(failure(stages.get(999))).isInstanceOf(IOException.class);
    stream.readOn();
    // What was under way when the client stopped reading does not count.
    assertThat(stream.arrived().length()).isLessThanOrEqualTo(2 * StreamSink.LIMIT);
    Await.result("the stage", stages.get(0));
    Await.result("the stage", send("again"));
    assertThat(stream.arrived()).contains("again");
  }

  @Test
  void afterTheEndOfTheStreamSendingThrowsSoThatABroadcasterForgetsIt() throws Exception {
    stream.ready = false;
    CompletableFuture<?> waiting = send("x");
    stream.broken = true;
    stream.readOn();
    assertThat(failure(waiting)).isInstanceOf(IOException.class);
    assertThat(stream.wire.sink().isClosed()).isTrue();
    assertThatThrownBy(() -> send("y")).isInstanceOf(IllegalStateException.class);
    assertThat(stream.ends).isEqualTo(1);
  }

  @Test
  void theSinkOfAnEndedStreamIsClosed() throws Exception {
    FakeStream ended = new FakeStream(true);
    ended.broken = true;
    ended.write("connected", "{}");
    assertThat(ended.wire.sink().isClosed()).isTrue();
  }

  @Test
  void aStreamThatEndedBeforeItBeganSaysSoWhenItBegins() throws Exception {
    FakeStream refused = new FakeStream(true, true);
    assertThat(refused.ends).isEqualTo(1);
    assertThat(refused.wire.sink().isClosed()).isTrue();
  }

  @Test
  void closingTheSinkEndsTheStreamOnce() {
    assertThat(stream.wire.sink().isClosed()).isFalse();
    stream.wire.sink().close();
    stream.wire.sink().close();
    assertThat(stream.wire.sink().isClosed()).isTrue();
    assertThat(stream.ends).isEqualTo(1);
  }

  @Test
  void dataThatIsNoTextIsRefused() {
    assertThat(failure(send(7))).isInstanceOf(IllegalArgumentException.class);
    assertThat(stream.arrived()).isEmpty();
  }
}
