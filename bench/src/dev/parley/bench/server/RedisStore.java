package dev.parley.bench.server;

import dev.parley.bench.measure.Cpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;

/** A real Redis. */
public final class RedisStore implements Measured {
  private final RedisServer redis;
  private final int port;
  private final long pid;

  private RedisStore(RedisServer redis, int port, long pid) {
    this.redis = redis;
    this.port = port;
    this.pid = pid;
  }

  /** Starts it, empty, keeping nothing on disk. */
  public static RedisStore start() {
    int port = Build.freePort();
    Set<Long> before = children();
    try {
      RedisServer redis =
          RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
      redis.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(redis)));
      Set<Long> now = children();
      now.removeAll(before);
      return new RedisStore(redis, port, now.iterator().next());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<Long> children() {
    return ProcessHandle.current()
        .children()
        .map(ProcessHandle::pid)
        .collect(Collectors.toCollection(java.util.HashSet::new));
  }

  /** Where it listens on the loopback. */
  public int port() {
    return port;
  }

  @Override
  public double cpu() {
    return Cpu.of(pid);
  }

  private static void stop(RedisServer redis) {
    try {
      redis.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop(redis);
  }
}
