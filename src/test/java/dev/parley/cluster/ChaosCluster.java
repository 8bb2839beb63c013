package dev.parley.cluster;

import dev.parley.message.CommitFailpoint;
import dev.parley.message.CrashFailpoint;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.FaultProxy;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.OverlaidWar;
import dev.parley.testkit.PostgresProcess;
import dev.parley.testkit.RedisProcess;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Two nodes, one PostgreSQL that keeps what it acknowledges, one Redis: shared by all tests with
 * faults, because starting them takes most of the time. Both nodes reach the database through one
 * proxy, node A reaches Redis through another. A test may break everything; the next one begins
 * with {@link #mend}.
 *
 * <p>The nodes run the real WAR with the failpoints of the package {@code message} laid over it,
 * which do nothing without their marks. Leases and heartbeats are short. One test at a time.
 */
final class ChaosCluster implements AutoCloseable {
  /** How long a node counts as alive after its last sign. */
  static final Duration LEASE = Duration.ofSeconds(3);

  final PostgresProcess postgres = PostgresProcess.start();
  final FaultProxy database = FaultProxy.before(postgres.port());
  final RedisProcess redis = RedisProcess.start();
  final FaultProxy redisOfA = FaultProxy.before(redis.port());
  final Member a;
  final Member b;

  /** This release, as both nodes run it. */
  final Path war =
      OverlaidWar.with(CommitFailpoint.class, CrashFailpoint.class, UndeployServlet.class);

  private boolean redisIsAway;
  private boolean databaseIsAway;

  private ChaosCluster() {
    a = new Member("a", "redis://127.0.0.1:" + redisOfA.port());
    a.start();
    // After the first one, which makes the key that both issue tokens with.
    b = new Member("b", redis.url());
    b.start();
  }

  /** Gives it to the constructors of test classes, and ends it after the last of them. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ChaosCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.create(ChaosCluster.class))
          .getOrComputeIfAbsent(ChaosCluster.class, key -> new ChaosCluster());
    }
  }

  /** One of the nodes, through all of its lives. */
  final class Member {
    final String name;
    private final NodeProcess.Builder builder;
    private NodeProcess process;
    private Path running = war;

    private Member(String name, String redisUrl) {
      this.name = name;
      builder =
          NodeProcess.named("chaos-" + name)
              .war(war)
              .properties(postgres.properties(database.port()))
              .dataFolder(BuildOutput.target().resolve("nodes").resolve("chaos-key"))
              .property("parley.node", name)
              .property("parley.redis.url", redisUrl)
              .property("parley.redis.down-grace", "PT1S")
              .property("parley.cluster.lease", LEASE.toString())
              .property("parley.connection.ping-interval", "PT2S")
              .property("parley.connection.pong-timeout", "PT1S");
    }

    /** Starts it, or starts it again when it has ended. */
    void start() {
      if (process == null || !process.isAlive()) {
        close();
        process = builder.start();
      }
    }

    /** Starts it, after it has ended, with another WAR. */
    void start(Path otherWar) {
      running = otherWar;
      builder.war(otherWar);
      start();
    }

    /** The WAR that it runs. */
    Path running() {
      return running;
    }

    NodeProcess process() {
      return process;
    }

    ServerUrl url() {
      return new ServerUrl(process.uri());
    }

    /** What the node says at a path of its health. */
    Api.Answer health(String what) {
      return new Api(url(), "").get("health/" + what);
    }

    void awaitReady(int status) {
      Await.until("health/ready is " + status, () -> health("ready").status() == status);
    }

    private void close() {
      if (process != null) {
        process.close();
      }
    }
  }

  /** The addresses of both, node A first. */
  List<ServerUrl> urls() {
    return List.of(a.url(), b.url());
  }

  /** An organisation whose people are at home at node A. */
  Tenant tenant() {
    return new Tenant(a.url());
  }

  void stopRedis() {
    redisIsAway = true;
    redis.kill();
  }

  void startRedis() {
    redis.startAgain();
    redisIsAway = false;
  }

  void crashDatabase() {
    databaseIsAway = true;
    postgres.crash();
  }

  /** Starts what has ended: the database first, then one node after the other. */
  void startAll() {
    if (databaseIsAway) {
      postgres.startAgain();
      databaseIsAway = false;
    }
    if (redisIsAway) {
      startRedis();
    }
    a.start();
    b.start();
  }

  /** Whatever the test before has broken works again. */
  void mend() {
    database.set(FaultProxy.Mode.PASS);
    redisOfA.set(FaultProxy.Mode.PASS);
    redisOfA.delay(Duration.ZERO);
    startAll();
    a.awaitReady(200);
    b.awaitReady(200);
  }

  @Override
  public void close() {
    for (AutoCloseable one : new AutoCloseable[] {a::close, b::close, redisOfA, redis, database}) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    postgres.close();
  }
}
