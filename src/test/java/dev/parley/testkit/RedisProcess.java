package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ClientKillParams;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis as a process of its own, on a port that it keeps when it is started again: version
 * 6.2 from Maven Central, or the one that the operating system has where a test needs version 7.
 *
 * <p>Guarantees: answers when {@link #start()} returns, keeps nothing on the disk, ends at the
 * latest with this Java virtual machine. Threads: any, one at a time.
 */
public final class RedisProcess implements AutoCloseable {
  /** Who may come in by {@link #securedUrl}. */
  public static final String USER = "parley";

  /** With a character that a URL has to spell. */
  private static final String PASSWORD = "pass@word";

  /** As docs/configuration.md says, for topics that begin as they do by default. */
  private static final String RIGHTS =
      "+publish +subscribe +unsubscribe +spublish +ssubscribe +sunsubscribe +cluster +client"
          + " &parley*";

  private final Path folder;
  private final int port;
  private final List<String> command;
  private final Thread killAtExit = new Thread(this::destroy);
  private int tlsPort;
  private Process process;

  private RedisProcess(Path program, int port, List<String> options) {
    this.port = port;
    this.folder = newFolder(port);
    this.command = new ArrayList<>(List.of(program.toString()));
    command.addAll(options);
    command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.toString()));
    Runtime.getRuntime().addShutdownHook(killAtExit);
  }

  /** Starts Redis 6.2. Takes a fraction of a second. */
  public static RedisProcess start() {
    return start(embedded(), List.of("--save", ""));
  }

  /** Starts the operating system's Redis with more options; see {@link #installed()}. */
  static RedisProcess startInstalled(List<String> options) {
    return start(installed().orElseThrow(), options);
  }

  /**
   * Starts the operating system's Redis with a second door, {@link #securedUrl}, for people who
   * have a certificate of {@code localhost} to trust: with TLS, and for a user with the rights that
   * the documentation asks for. See {@link #installed()}.
   */
  public static RedisProcess startSecured(TlsFiles tls) {
    int tlsPort = FreePorts.next();
    List<String> options = new ArrayList<>(List.of("--save", ""));
    options.addAll(List.of("--tls-port", String.valueOf(tlsPort), "--tls-auth-clients", "no"));
    options.addAll(List.of("--tls-cert-file", tls.certificate().toString()));
    options.addAll(List.of("--tls-key-file", tls.key().toString()));
    options.addAll(List.of("--user", USER, "on", ">" + PASSWORD));
    options.addAll(List.of(RIGHTS.split(" ", -1)));
    RedisProcess redis = startInstalled(options);
    redis.tlsPort = tlsPort;
    return redis;
  }

  private static RedisProcess start(Path program, List<String> options) {
    RedisProcess redis = new RedisProcess(program, FreePorts.next(), options);
    redis.startAgain();
    return redis;
  }

  /**
   * The operating system's Redis 7: Debian has the program in {@code redis-tools} too, under
   * another name by which it behaves differently.
   */
  public static Optional<Path> installed() {
    return InstalledProgram.find("redis-server")
        .or(() -> InstalledProgram.find("redis-check-rdb").map(RedisProcess::renamed));
  }

  private static synchronized Path renamed(Path program) {
    Path link = BuildOutput.target().resolve("redis").resolve("redis-server");
    try {
      Files.createDirectories(link.getParent());
      Files.deleteIfExists(link);
      return Files.createSymbolicLink(link, program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it anew, empty, on the same port. */
  public void startAgain() {
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("redis.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("Redis answers, see " + folder, this::answers);
  }

  /** Ends Redis at once (SIGKILL), as a crash does. */
  public void kill() {
    destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Redis does not end, see " + folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Redis was ending", e);
    }
  }

  /** Freezes Redis (SIGSTOP): connections stay open, and nothing is answered. */
  public void pause() {
    Signals.send("STOP", process.pid());
  }

  /** Lets a frozen Redis go on (SIGCONT). */
  public void resume() {
    Signals.send("CONT", process.pid());
  }

  /** Ends the connections of all who have subscribed to something; returns how many there were. */
  public long killSubscribers() {
    try (Jedis client = connect()) {
      return client.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
    }
  }

  /** A client of the test's own. */
  public Jedis connect() {
    return new Jedis(
        new HostAndPort("127.0.0.1", port),
        DefaultJedisClientConfig.builder().timeoutMillis(5000).build());
  }

  public int port() {
    return port;
  }

  /** The value of {@code parley.redis.url} for this Redis. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** The port of the door with TLS; zero when there is none. */
  public int tlsPort() {
    return tlsPort;
  }

  /** The value of {@code parley.redis.url} for the door with TLS, a user and a password. */
  public String securedUrl() {
    return "rediss://" + USER + ":" + PASSWORD.replace("@", "%40") + "@localhost:" + tlsPort;
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(killAtExit);
  }

  private void destroy() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Redis has ended, see " + folder);
    }
    try (Jedis redis =
        new Jedis(
            new HostAndPort("127.0.0.1", port),
            DefaultJedisClientConfig.builder().timeoutMillis(500).build())) {
      return redis.ping().equals("PONG");
    } catch (JedisException e) {
      return false;
    }
  }

  private static Path embedded() {
    try {
      return ExecutableProvider.newJarResourceProvider().get().toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newFolder(int port) {
    try {
      Path all = Files.createDirectories(BuildOutput.target().resolve("redis"));
      return Files.createTempDirectory(all, port + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
