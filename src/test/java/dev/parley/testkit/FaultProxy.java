package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * A TCP proxy at 127.0.0.1 in front of something that a test wants to be hard to reach. Its mode
 * can be changed at any time and applies to open connections too. Any thread; two threads of its
 * own for each connection.
 */
public final class FaultProxy implements AutoCloseable {
  /** What happens to bytes and to connections. */
  public enum Mode {
    PASS,
    /** Accepts, takes everything, and hands nothing on: a network that loses all packets. */
    BLACK_HOLE,
    /** Ends each new connection with a reset. */
    RESET
  }

  private final InetSocketAddress target;
  private final ServerSocket door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "fault-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Mode mode = Mode.PASS;
  private volatile Duration delay = Duration.ZERO;

  private FaultProxy(InetSocketAddress target) {
    this.target = target;
    try {
      door = new ServerSocket(FreePorts.next(), 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** A proxy in front of a port of this machine. */
  public static FaultProxy before(int port) {
    return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  public int port() {
    return door.getLocalPort();
  }

  public void set(Mode newMode) {
    mode = newMode;
    if (newMode == Mode.RESET) {
      dropAll();
    }
  }

  /** Holds everything back by this time, in each direction. */
  public void delay(Duration by) {
    delay = by;
  }

  /** Ends all open connections with a reset. */
  public void dropAll() {
    open.forEach(this::reset);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dropAll();
  }

  private void accept() {
    boolean closed = false;
    while (!closed) {
      try {
        connect(door.accept());
      } catch (IOException | RejectedExecutionException e) {
        // The target is away: the client sees a connection that ends. Or the proxy is closed.
        closed = door.isClosed();
      }
    }
  }

  private void connect(Socket client) throws IOException {
    open.add(client);
    if (mode == Mode.RESET) {
      reset(client);
      return;
    }
    Socket server = new Socket();
    open.add(server);
    try {
      // What passes is not to be held back for what may follow.
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target);
    } catch (IOException e) {
      reset(client);
      reset(server);
      throw e;
    }
    threads.execute(() -> pump(client, server));
    threads.execute(() -> pump(server, client));
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[64 << 10];
    try {
      for (int n = from.getInputStream().read(buffer); n >= 0; ) {
        if (!delay.isZero()) {
          Thread.sleep(delay.toMillis());
        }
        if (mode != Mode.BLACK_HOLE) {
          to.getOutputStream().write(buffer, 0, n);
        }
        n = from.getInputStream().read(buffer);
      }
    } catch (IOException e) {
      // The other side learns it below.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reset(from);
      reset(to);
    }
  }

  private void reset(Socket socket) {
    open.remove(socket);
    closeHard(socket);
  }

  private static void closeHard(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
      return;
    }
  }
}
