package dev.parley.bench.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clients that come and go: over all transports in turn, some say goodbye, some are gone without a
 * word, some leave before they are ready.
 */
public final class Churn {
  private static final List<Transport> TRANSPORTS =
      List.of(Transport.WEBSOCKET, Transport.WEBSOCKET, Transport.SSE, Transport.POLLING);

  /** One of so many leaves early; has no divisor in common with the number of transports. */
  private static final int EARLY = 5;

  private static final int EARLY_MILLIS = 2;
  private static final int READY_SECONDS = 30;
  private static final int CHANNELS = 100;
  private static final int PATIENCE_MINUTES = 30;

  private final Generator generator;
  private final Site site;
  private final Crowd crowd;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private long left;
  private long underWay;
  private long failed;
  private int number;

  private Churn(Generator generator, Site site, long left) {
    this.generator = generator;
    this.site = site;
    this.crowd = Crowd.empty(generator, site);
    this.left = left;
  }

  /**
   * Lets clients connect and leave again.
   *
   * @param atOnce how many are there at the same time
   * @return how many could not connect
   */
  public static long run(Generator generator, Site site, long count, int atOnce) {
    Churn churn = new Churn(generator, site, count);
    generator.run(
        () -> {
          for (int i = 0; i < atOnce; i++) {
            churn.next();
          }
        });
    return churn.done.completeOnTimeout(count, PATIENCE_MINUTES, TimeUnit.MINUTES).join();
  }

  private void next() {
    if (left == 0) {
      if (underWay == 0) {
        done.complete(failed);
      }
      return;
    }
    left--;
    underWay++;
    number++;
    Transport transport = TRANSPORTS.get(number % TRANSPORTS.size());
    String channel = site.channel(number % CHANNELS);
    ClientConnection client =
        ClientConnection.over(
            transport,
            crowd,
            site.dialect(transport, number, channel),
            new Receiver(new Audience(number % CHANNELS, channel)));
    boolean early = number % EARLY == 0;
    boolean polite = number % 2 == 0;
    if (early) {
      generator.later(() -> leave(client, false, null), EARLY_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      var unused =
          client
              .whenReady()
              .orTimeout(READY_SECONDS, TimeUnit.SECONDS)
              .whenComplete(
                  (ready, failure) ->
                      generator.later(
                          () -> leave(client, polite, failure), 0, TimeUnit.NANOSECONDS));
    }
    generator.open(client, site.port());
  }

  private void leave(ClientConnection client, boolean polite, @Nullable Throwable failure) {
    if (polite) {
      client.close();
    } else {
      client.abort();
    }
    gone(failure);
  }

  private void gone(@Nullable Throwable failure) {
    underWay--;
    if (failure != null) {
      failed++;
      if (failed == 1) {
        System.err.println("the first that could not connect: " + failure);
      }
    }
    next();
  }
}
