package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** An SSE client that records the events of one stream. */
public final class SseClient implements AutoCloseable {
  private final Recorder<SseEvent> events = new Recorder<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final HttpHeaders headers;
  private final SseParser parser;
  private final Feed feed = new Feed();

  SseClient(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, Consumer<SseEvent> tap) {
    this.headers = response.headers();
    this.parser = new SseParser(tap.andThen(events::record));
    response.body().subscribe(feed);
  }

  public static SseRequest to(ServerUrl server) {
    return new SseRequest(server);
  }

  public HttpHeaders headers() {
    return headers;
  }

  /** Takes the first event that matches. */
  public SseEvent awaitEvent(String what, Predicate<SseEvent> matches) {
    return events.await(what, matches);
  }

  /** Takes the first event of the name. */
  public SseEvent awaitEvent(String name) {
    return events.await("event " + name, e -> e.name().equals(name));
  }

  /** The data of the stream's first event. */
  public JsonNode awaitConnected() {
    return awaitEvent("connected").json();
  }

  /** Takes the next event that holds a message of the channel. */
  public SseEvent awaitMessage(String channel) {
    return events.await("a message of " + channel, e -> isMessage(e, channel));
  }

  /** Fails when a message of the channel has come and was not taken. */
  public void assertNoMessage(String channel) {
    events.assertNone("message of " + channel, e -> isMessage(e, channel));
  }

  /** What has come and was not taken. */
  public List<SseEvent> rest() {
    return events.rest();
  }

  public String lastEventId() {
    return parser.lastEventId();
  }

  public long retryMs() {
    return parser.retryMs();
  }

  public int comments() {
    return parser.comments();
  }

  /** Waits until the server ends the stream. */
  public void awaitEnd(Duration patience) {
    Await.result("the end of the stream", patience, ended);
  }

  /** Completes when the stream is over, whoever ended it. */
  public CompletableFuture<String> ended() {
    return ended;
  }

  /** Drops the socket. */
  public void cut() {
    feed.cancel();
    over("cut by the test");
  }

  @Override
  public void close() {
    cut();
  }

  private static boolean isMessage(SseEvent event, String channel) {
    return event.data().startsWith("{")
        && event.json().path("type").asText().equals("message")
        && event.json().path("channel").asText().equals(channel);
  }

  private void over(String why) {
    ended.complete(why);
    events.end("the stream is over: " + why);
  }

  private final class Feed implements Flow.Subscriber<List<ByteBuffer>> {
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      buffers.forEach(parser::feed);
    }

    @Override
    public void onError(Throwable error) {
      over(error.toString());
    }

    @Override
    public void onComplete() {
      over("ended by the server");
    }

    void cancel() {
      Await.result("the stream's subscription", subscription).cancel();
    }
  }
}
