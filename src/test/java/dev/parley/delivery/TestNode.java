package dev.parley.delivery;

import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.cluster.InMemoryClusterBus;
import dev.parley.message.LostReceipts;
import dev.parley.platform.FakeConfig;
import dev.parley.platform.PlainThreads;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.PresentUser;
import dev.parley.ratelimit.TenantSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The delivery of one node: real tails and dispatchers over a log and a bus that are not. */
final class TestNode implements AutoCloseable {
  private final PlainThreads threads = new PlainThreads();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(3);
  private final Dispatchers dispatchers = new Dispatchers();
  private final ChannelTails tails = new ChannelTails();
  private final Subscribers subscribers = new Subscribers();
  private final Random random;
  final AccessGuard guard = new AccessGuard();

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final ChaosBus bus;
  final FakeLog log;
  private volatile boolean slowLog;

  /**
   * Starts the node.
   *
   * @param options pairs of an option of {@code parley.delivery} and its value
   */
  TestNode(long seed, String... options) {
    random = new Random(seed);
    bus = new ChaosBus(timer, seed);
    Executor answers =
        task -> {
          var unused = timer.schedule(task, delay(), TimeUnit.MICROSECONDS);
        };
    log = new FakeLog(answers, answers);
    DeliverySettings settings = Messages.settings(options);
    DeliveryMetrics metrics = metrics(registry, bus);
    dispatchers.settings = settings;
    dispatchers.metrics = metrics;
    dispatchers.threads = threads.workers();
    dispatchers.tenants = new TenantSettings(FakeConfig.settings(Map.of()));
    dispatchers.start();
    tails.bus = bus;
    tails.notices = new Notices();
    tails.notices.bus = bus;
    tails.log = log;
    tails.namespaces = Messages.NAMESPACES;
    tails.dispatchers = dispatchers;
    tails.settings = settings;
    tails.metrics = metrics;
    tails.threads = threads.workers();
    tails.guard = guard;
    tails.inboxes = new DirectInboxes();
    tails.receipts = new NoReceipts();
    tails.start();
    subscribers.dispatchers = dispatchers;
    subscribers.tails = tails;
    subscribers.guard = guard;
    subscribers.log = log;
    subscribers.settings = settings;
    subscribers.metrics = metrics;
  }

  /** From now on every channel has presence, and nobody is there. */
  void tellPresence() {
    subscribers.audience = new Nobody();
  }

  private static final class NoReceipts extends LostReceipts {
    @Override
    public CompletableFuture<List<Envelope>> find(Predicate<ChannelKey> isOpen) {
      return CompletableFuture.completedFuture(List.of());
    }
  }

  private static final class Nobody implements Audience {
    @Override
    public void arrived(Reader reader) {}

    @Override
    public void gone(Reader reader) {}

    @Override
    public void joined(Reader reader, ChannelKey channel) {}

    @Override
    public void left(Reader reader, ChannelKey channel) {}

    @Override
    public List<PresentUser> watch(Reader reader, ChannelKey channel) {
      return List.of();
    }

    @Override
    public void heard(Envelope signal) {}
  }

  private int delay() {
    return slowLog ? random.nextInt(1000) : 0;
  }

  /** From now on the bus is not to be trusted and the database takes its time. */
  void goWild() {
    bus.goWild();
    slowLog = true;
  }

  Subscribers subscribers() {
    return subscribers;
  }

  /** Stores a message and announces it. */
  StreamMessage publish(ChannelKey channel) {
    StreamMessage message = log.append(channel);
    bus.announce(Messages.hint(channel, message));
    return message;
  }

  void publish(ChannelKey channel, int count) {
    for (int i = 0; i < count; i++) {
      publish(channel);
    }
  }

  /** What the log has where the client has something. */
  List<StreamMessage> stored(ChannelKey channel, TestClient.View view) {
    int end = (int) view.position;
    return log.all(channel).subList(end - view.messages.size(), end);
  }

  double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  @Override
  public void close() {
    dispatchers.stop();
    threads.close();
    timer.shutdownNow();
  }

  /** Metrics that nobody looks at. */
  static DeliveryMetrics metrics() {
    return metrics(new SimpleMeterRegistry(), new InMemoryClusterBus());
  }

  private static DeliveryMetrics metrics(MeterRegistry registry, ClusterBus bus) {
    DeliveryMetrics metrics = new DeliveryMetrics();
    metrics.registry = registry;
    metrics.clock = Clock.systemUTC();
    metrics.bus = bus;
    metrics.register();
    return metrics;
  }
}
