package dev.parley.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Await;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.RawHandshake;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A peer whose network is gone, as the server sees it: the socket stays open and takes what is
 * written, and nothing ever comes back. That its channel is busy must not keep it alive.
 *
 * <p>Seen to fail: with a ping that was sent taken for a sign of life.
 */
class HalfOpenST {
  private static final Duration PING = Duration.ofSeconds(2);
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Pattern SOCKETS =
      Pattern.compile("(?m)^parley_connections\\{transport=\"websocket\"} (\\d+)");

  @Test
  void aPeerThatNeverAnswersAPingIsClosedThoughItsChannelIsBusy() throws Exception {
    try (NodeProcess node =
        NodeProcess.named(Tokens.unique("half-open"))
            .property("parley.connection.ping-interval", PING.toString())
            .property("parley.connection.pong-timeout", GRACE.toString())
            .start()) {
      Tenant tenant = new Tenant(new ServerUrl(node.uri()));
      Person admin = tenant.admin("admin");
      AtomicBoolean over = new AtomicBoolean();
      try (WsClient healthy = tenant.person("healthy").connect();
          Socket silent = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
        // And then it never says anything again.
        new RawHandshake(tenant.person("silent")).send(silent.getOutputStream());
        Await.until("both are connected", () -> sockets(admin) == 2);
        long since = System.nanoTime();
        Thread busy = new Thread(() -> publish(tenant.publisher("application"), over));
        busy.start();
        Await.until("the silent one is closed", () -> sockets(admin) == 1);
        Duration lasted = Duration.ofNanos(System.nanoTime() - since);
        over.set(true);
        busy.join();
        // The keeper looks twice a second.
        assertThat(lasted).isLessThan(PING.plus(GRACE).plusSeconds(2));
        healthy.assertAlive();
        assertThat(closeCode(silent)).isEqualTo(4201);
      }
    }
  }

  private static void publish(Person application, AtomicBoolean over) {
    for (int i = 0; !over.get(); i++) {
      application.api().publish(application.orgChannel(), "busy " + i).expect(201);
    }
  }

  private static int sockets(Person admin) {
    Matcher gauge = SOCKETS.matcher(admin.api().get("metrics").expect(200).text());
    return gauge.find() ? Integer.parseInt(gauge.group(1)) : 0;
  }

  /** Reads what has come meanwhile up to the end; a close frame is the last of it. */
  private static int closeCode(Socket socket) throws IOException {
    String all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    int reason = all.lastIndexOf("no pong");
    assertThat(reason).as("no close frame").isPositive();
    return all.charAt(reason - 2) << 8 | all.charAt(reason - 1);
  }
}
