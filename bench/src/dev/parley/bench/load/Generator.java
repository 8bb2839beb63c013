package dev.parley.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One thread that carries all clients, so that nothing that they count needs a lock, and the other
 * processors are left to what is measured.
 */
public final class Generator implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;

  /** Connects; what is slower has failed. */
  private static final int SLOWEST_PER_SECOND = 20;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Class<? extends Channel> kind;
  private final InetAddress address;

  public Generator() {
    this(InetAddress.getLoopbackAddress());
  }

  /** One whose clients connect to this address of the machine. */
  public Generator(InetAddress address) {
    this.address = address;
    boolean epoll = Epoll.isAvailable();
    group = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    kind = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    loop = group.next();
  }

  /** Does something on the thread and waits for it. */
  <T> T call(Callable<T> task) {
    return await(CompletableFuture.supplyAsync(() -> unchecked(task), loop), PATIENCE_SECONDS);
  }

  void run(Runnable task) {
    call(
        () -> {
          task.run();
          return true;
        });
  }

  /** Does something on the thread after a time. */
  void later(Runnable task, long delay, TimeUnit unit) {
    var unused = loop.schedule(task, delay, unit);
  }

  private static <T> T unchecked(Callable<T> task) {
    try {
      return task.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T await(CompletableFuture<T> future, int seconds) {
    try {
      return future.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Connects clients and waits until all are ready.
   *
   * @param atOnce how many may be on their way at the same time
   * @return the seconds that it took
   */
  double connect(Collection<ClientConnection> clients, int port, int atOnce) {
    long begin = System.nanoTime();
    Connecting connecting = new Connecting(clients, port, atOnce);
    loop.execute(connecting::next);
    await(connecting.done, PATIENCE_SECONDS + clients.size() / SLOWEST_PER_SECOND);
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Opens one connection; the client says when it is ready. */
  void open(ClientConnection client, int port) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(kind)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, PATIENCE_SECONDS * 1000)
            .handler(client);
    if (client.receiveBuffer() > 0) {
      bootstrap.option(ChannelOption.SO_RCVBUF, client.receiveBuffer());
    }
    var unused =
        bootstrap
            .connect(new InetSocketAddress(address, port))
            .addListener(
                connected -> {
                  if (!connected.isSuccess()) {
                    client.fail(String.valueOf(connected.cause()));
                  }
                });
  }

  /** The state of one {@link #connect}. */
  private final class Connecting {
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final Iterator<ClientConnection> left;
    private final int port;
    private final int atOnce;
    private int underWay;

    Connecting(Collection<ClientConnection> clients, int port, int atOnce) {
      this.left = clients.iterator();
      this.port = port;
      this.atOnce = atOnce;
    }

    void next() {
      while (underWay < atOnce && left.hasNext() && !done.isDone()) {
        underWay++;
        ClientConnection client = left.next();
        var unused = client.whenReady().whenComplete((ready, failure) -> ended(failure));
        open(client, port);
      }
      if (underWay == 0) {
        done.complete(true);
      }
    }

    private void ended(@Nullable Throwable failure) {
      underWay--;
      if (failure != null) {
        done.completeExceptionally(failure);
      } else {
        // Not at once: hundreds that are ready at the same time would nest as deep.
        loop.execute(this::next);
      }
    }
  }

  @Override
  public void close() {
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5000);
  }
}
