package dev.parley.delivery;

import dev.parley.channel.DirectInbox;
import dev.parley.channel.Lane;
import dev.parley.channel.Namespace;
import dev.parley.channel.Namespaces;
import dev.parley.cluster.BusListener;
import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.message.LogReader.Head;
import dev.parley.message.LostReceipts;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.StreamPosition;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The channels that somebody on this node reads. One is opened with its first reader (first the
 * bus, then the log's position, so that nothing falls between) and closed some time after its last;
 * meanwhile its position is compared with the log's. Any thread; never blocks.
 */
@ApplicationScoped
class ChannelTails implements BusListener {
  /** Stands for the end of a log where there is none; nobody outside sees it. */
  private static final Head NO_LOG = new Head(0, new StreamPosition("-", 0));

  /** Channels of one position query. */
  private static final int CHECK_PAGE = 500;

  @Inject ClusterBus bus;
  @Inject Notices notices;
  @Inject Namespaces namespaces;
  @Inject LogSource log;
  @Inject Dispatchers dispatchers;
  @Inject DeliverySettings settings;
  @Inject DeliveryMetrics metrics;
  @Inject WorkerThreads threads;
  @Inject AccessGuard guard;
  @Inject DirectInboxes inboxes;
  @Inject LostReceipts receipts;

  private final ConcurrentMap<ChannelKey, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicBoolean checking = new AtomicBoolean();
  private Audience audience = Audience.NONE;

  /** Of the timer's thread. */
  private long lookedAt = System.nanoTime();

  /** A channel with its count of readers; changed only inside {@code entries.compute}. */
  private static final class Entry {
    final CompletableFuture<ChannelTail> tail;
    int readers = 1;
    long unusedSince;

    Entry(CompletableFuture<ChannelTail> tail) {
      this.tail = tail;
    }
  }

  @Inject
  void find(Instance<Audience> features) {
    audience = Audience.of(features);
  }

  @PostConstruct
  void start() {
    bus.listen(this);
    notices.begin();
    long period = Math.max(1, min(settings.positionCheck, settings.positionCheckBusDown));
    Future<?> unused =
        threads
            .timer("position-check")
            .scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  private static long min(Duration one, Duration other) {
    return Math.min(one.toMillis(), other.toMillis());
  }

  /**
   * Makes the threads with the application, in its own contexts; see {@link WorkerThreads#pool}.
   */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    // Being called is enough: the bean exists now.
  }

  /** The lane in which a channel's messages wait. */
  Lane lane(ChannelName channel) {
    return namespaces.of(channel).lane();
  }

  /** Opens the channel, or joins those who have; each acquisition needs its release. */
  CompletableFuture<ChannelTail> acquire(ChannelKey channel) {
    Entry fresh = new Entry(new CompletableFuture<>());
    Entry entry =
        entries.compute(
            channel,
            (key, known) -> {
              if (known == null) {
                return fresh;
              }
              if (isReplaced(known)) {
                bus.unsubscribe(key);
                return fresh;
              }
              known.readers++;
              return known;
            });
    if (entry != fresh) {
      return entry.tail;
    }
    open(channel, fresh);
    return fresh.tail;
  }

  private static boolean isReplaced(Entry entry) {
    ChannelTail tail = entry.tail.isCompletedExceptionally() ? null : entry.tail.getNow(null);
    return entry.tail.isCompletedExceptionally() || (tail != null && tail.isReplaced());
  }

  private void open(ChannelKey channel, Entry entry) {
    Namespace namespace = namespaces.of(channel.name());
    CompletionStage<?> unused =
        bus.subscribe(channel)
            .thenCompose(
                heard ->
                    namespace.durable()
                        ? log.head(channel)
                        : CompletableFuture.completedFuture(NO_LOG))
            .whenComplete(
                (head, failure) -> {
                  if (head == null) {
                    entries.remove(channel, entry);
                    bus.unsubscribe(channel);
                    entry.tail.completeExceptionally(
                        failure == null ? new IllegalStateException("no head") : failure);
                  } else {
                    entry.tail.complete(
                        new ChannelTail(
                            channel,
                            namespace,
                            head,
                            log,
                            dispatchers.all(),
                            settings.gather.toNanos(),
                            metrics));
                  }
                });
  }

  void release(ChannelTail tail) {
    entries.computeIfPresent(
        tail.channel(),
        (key, entry) -> {
          if (entry.tail.getNow(null) == tail && --entry.readers == 0) {
            entry.unusedSince = System.nanoTime();
          }
          return entry;
        });
  }

  @Override
  public void heard(Envelope envelope) {
    if (notices.heard(envelope)) {
      return;
    }
    if (DirectInbox.is(envelope.channel())) {
      inboxes.heard(envelope);
      return;
    }
    if (envelope.position() == null && Audience.isSignal(envelope)) {
      audience.heard(envelope);
      return;
    }
    ChannelTail tail = open(envelope.channel());
    if (tail != null) {
      receipts.heard(envelope);
      tail.accept(envelope);
      guard.heard(envelope);
    }
  }

  @Override
  public void moved(ChannelKey channel, StreamPosition position) {
    ChannelTail tail = open(channel);
    if (tail != null) {
      tail.check(position);
    }
  }

  @Override
  public void mayHaveMissed() {
    notices.mayHaveMissed();
    check();
  }

  private @Nullable ChannelTail open(ChannelKey channel) {
    Entry entry = entries.get(channel);
    return entry == null || entry.tail.isCompletedExceptionally() ? null : entry.tail.getNow(null);
  }

  private void look() {
    long since = System.nanoTime() - lookedAt;
    if (bus.isUp() && since < settings.positionCheck.toNanos()) {
      return;
    }
    lookedAt = System.nanoTime();
    closeUnused();
    check();
  }

  private void closeUnused() {
    for (ChannelKey channel : entries.keySet()) {
      entries.computeIfPresent(
          channel,
          (key, entry) -> {
            boolean unused =
                entry.readers == 0
                    && System.nanoTime() - entry.unusedSince > settings.tailLinger.toNanos();
            if (unused) {
              bus.unsubscribe(key);
            }
            return unused ? null : entry;
          });
    }
  }

  /** Compares all open channels with the log, one round at a time. */
  private void check() {
    inboxes.check();
    CompletableFuture<?> unusedFound =
        receipts
            .find(channel -> open(channel) != null)
            .thenAccept(lost -> lost.forEach(this::heard));
    if (!checking.compareAndSet(false, true)) {
      return;
    }
    List<CompletableFuture<?>> pages = new ArrayList<>();
    Map<Long, ChannelTail> page = new HashMap<>();
    for (Entry entry : entries.values()) {
      ChannelTail tail = entry.tail.isCompletedExceptionally() ? null : entry.tail.getNow(null);
      if (tail != null && entry.readers > 0 && tail.namespace().durable()) {
        page.put(tail.channelId(), tail);
        if (page.size() == CHECK_PAGE) {
          pages.add(check(page));
          page = new HashMap<>();
        }
      }
    }
    if (!page.isEmpty()) {
      pages.add(check(page));
    }
    CompletableFuture<?> unused =
        CompletableFuture.allOf(pages.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> checking.set(false));
  }

  private CompletableFuture<?> check(Map<Long, ChannelTail> page) {
    return log.positions(page.keySet())
        .thenAccept(
            positions ->
                positions.forEach(
                    (id, position) -> {
                      ChannelTail tail = page.get(id);
                      if (tail != null) {
                        tail.check(position);
                      }
                    }));
  }
}
