package dev.parley.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;

/**
 * A Java agent for Payara Micro that says when Parley really answers, and ends the server with an
 * error when it does not.
 *
 * <p>It is needed because Payara Micro calls itself ready after a failed deployment and then
 * answers 404 for ever. The agent's argument is the application's address, for example {@code
 * -javaagent:parley-launcher.jar=http://localhost:8080/parley/}.
 *
 * <p>Threads: one daemon thread, which is gone once the outcome is known.
 */
public final class StartupGuard {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final int NOT_REACHABLE = -1;

  /** Where the application leaves the reason when it is its own. */
  private static final String FAILURE = "dev.parley.start-failure";

  private final URI address;

  private StartupGuard(URI address) {
    this.address = address;
  }

  /** Called by the Java virtual machine before the server's own main method, on the same thread. */
  public static void premain(String address) {
    // The server deploys on its main thread: when that thread has ended, the deployment is over.
    Thread boot = Thread.currentThread();
    StartupGuard guard = new StartupGuard(URI.create(address));
    guard.requireFreePort();
    Thread thread = new Thread(() -> guard.watch(boot), "parley-startup-guard");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The server itself would say so after twenty seconds, in a stack trace, and then stay; and
   * another Parley on that port would be taken for this one.
   */
  private void requireFreePort() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address.getPort()));
    } catch (IOException e) {
      fail("port " + address.getPort() + " is in use; choose another one with -Dparley.port=N.");
    }
  }

  private void watch(Thread boot) {
    try {
      boot.join();
      report(awaitAnswer());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int awaitAnswer() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int status = status();
    while (status == HttpURLConnection.HTTP_UNAVAILABLE && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE.toMillis());
      status = status();
    }
    return status;
  }

  private int status() {
    try {
      URI started = address.resolve("health/started");
      HttpURLConnection connection = (HttpURLConnection) started.toURL().openConnection();
      connection.setConnectTimeout((int) ANSWER_TIMEOUT.toMillis());
      connection.setReadTimeout((int) ANSWER_TIMEOUT.toMillis());
      try {
        return connection.getResponseCode();
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return NOT_REACHABLE;
    }
  }

  private void report(int status) {
    if (status == HttpURLConnection.HTTP_OK) {
      System.out.println("Parley is ready: " + address);
      return;
    }
    fail(System.getProperty(FAILURE, reason(status) + " The log above says why."));
  }

  private static void fail(String reason) {
    System.out.println("Parley could not be started: " + reason);
    System.exit(1);
  }

  private String reason(int status) {
    return switch (status) {
      case NOT_REACHABLE -> "nothing answers at " + address + ".";
      case HttpURLConnection.HTTP_NOT_FOUND -> "the application was not deployed.";
      default -> "the application answers " + status + " at " + address + "health/started.";
    };
  }
}
