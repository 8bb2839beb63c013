package dev.parley.bench.load;

import dev.parley.bench.measure.Latencies;
import dev.parley.bench.server.ParleyServer;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Publishers over WebSocket: a connection and a user each. */
public final class WebSocketPublishers implements PublishLoad {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final List<WebSocketPublisher> publishers = new ArrayList<>();

  /** Connects all of them. */
  public WebSocketPublishers(
      ParleyServer server, int count, int channels, int payload, boolean keys) {
    HttpClient http = HttpClient.newHttpClient();
    for (int i = 0; i < count; i++) {
      WebSocketPublisher publisher =
          new WebSocketPublisher("room:bench-" + i % channels, payload, keys);
      publisher.connect(http, server.address("ws", "/ws"), token(server, "bench-" + i));
      publishers.add(publisher);
    }
  }

  private static String token(ParleyServer server, String user) {
    String answer =
        server.post("/api/v1/dev/token", "application/json", "{\"user\":\"" + user + "\"}");
    Matcher token = TOKEN.matcher(answer);
    if (!token.find()) {
      throw new IllegalStateException("no token in " + answer);
    }
    return token.group(1);
  }

  @Override
  public Run run(long millis) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(publishers.size());
    long begin = System.nanoTime();
    long deadline = begin + TimeUnit.MILLISECONDS.toNanos(millis);
    publishers.forEach(publisher -> publisher.start(deadline, done));
    if (!done.await(millis + 30_000, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(done.getCount() + " publishers still wait for an answer");
    }
    long nanos = System.nanoTime() - begin;
    Latencies all = new Latencies();
    long failed = 0;
    for (WebSocketPublisher publisher : publishers) {
      all.add(publisher.latencies());
      failed += publisher.failed();
    }
    return Run.of(all, failed, nanos);
  }

  @Override
  public void close() {
    publishers.forEach(WebSocketPublisher::close);
  }
}
