package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds ports that nobody listens on.
 *
 * <p>Guarantees: never the same port twice in this Java virtual machine. Does not guarantee that
 * another program leaves the port alone until the caller uses it. Threads: any.
 */
public final class FreePorts {

  private static final Set<Integer> GIVEN = new HashSet<>();

  private FreePorts() {}

  /** A port that is free on every address of this machine. */
  public static synchronized int next() {
    int port;
    do {
      port = free();
    } while (!GIVEN.add(port));
    return port;
  }

  private static int free() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
