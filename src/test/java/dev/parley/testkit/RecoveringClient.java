package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.HistoryChecker.Subscription;
import dev.parley.testkit.Link.From;
import dev.parley.testkit.Link.Opened;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One logical subscriber of one channel that survives its connections: it keeps its position, can
 * be cut at any moment and resumed over any transport, reloads from the history when the server
 * says that it cannot recover, and so always ends with the whole sequence. Everything it receives
 * goes to the journal.
 *
 * <p>Links report from any thread; one thread of its own handles the reports in order. A cut takes
 * effect at once: what the old link has reported but was not yet handled is dropped, as it is when
 * a real client loses its network.
 */
public final class RecoveringClient implements AutoCloseable {
  /** The ways to connect. */
  public enum Transport {
    WEBSOCKET,
    SSE,
    POLLING
  }

  private static final long RETRY_MS = 100;

  private final List<ServerUrl> servers;
  private final String token;
  private final String channel;
  private final Subscription journal;
  private final Random random;
  private final ScheduledExecutorService thread;
  private final Object progress = new Object();
  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicLong generation = new AtomicLong();
  private final AtomicInteger openings = new AtomicInteger();
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger reloads = new AtomicInteger();
  private volatile Link link;
  private volatile Transport transport;
  private final ConcurrentLinkedQueue<String> allLosses = new ConcurrentLinkedQueue<>();
  private volatile String lastLoss = "";
  private volatile int current;
  private final AtomicInteger drained = new AtomicInteger();
  private volatile long retryMs = RETRY_MS;

  /** Of its thread. */
  private long heardAt = System.nanoTime();

  /** The cursor that stands for exactly what the journal holds; empty when there is none. */
  private String cursor = "";

  /**
   * @param random decides between cursor and position when the client has both
   */
  public RecoveringClient(
      ServerUrl server, String token, String channel, Subscription journal, Random random) {
    this(List.of(server), token, channel, journal, random);
  }

  /**
   * @param servers nodes of one cluster; who loses one turns to the next
   */
  public RecoveringClient(
      List<ServerUrl> servers, String token, String channel, Subscription journal, Random random) {
    this.servers = List.copyOf(servers);
    this.token = token;
    this.channel = channel;
    this.journal = journal;
    this.random = random;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread worker = new Thread(task, "recovering-client " + channel);
              worker.setDaemon(true);
              return worker;
            });
  }

  // What a test does to it -----------------------------------------------------------------------

  /** Connects and returns at once; an older link is cut. */
  public void connect(Transport over) {
    cut();
    transport = over;
    long mine = generation.get();
    thread.execute(() -> open(mine));
  }

  /** Connects and waits until the server has said from where it goes on. */
  public void connectLive(Transport over) {
    int before = openings.get();
    connect(over);
    await("being live over " + over, Recorder.PATIENCE, () -> openings.get() > before);
  }

  /** Drops the socket. Nothing more is received until the next {@link #connect}. */
  public void cut() {
    generation.incrementAndGet();
    Link old = link;
    link = null;
    if (old != null) {
      old.cut();
    }
  }

  /**
   * From now on the client leaves a node from which it hears nothing for so long, as a client with
   * a heartbeat does. For channels in which something is always said.
   */
  public void leaveWhenSilentFor(Duration silence) {
    long look = silence.toMillis() / 4;
    var unused =
        thread.scheduleWithFixedDelay(
            () -> {
              if (link != null && System.nanoTime() - heardAt > silence.toNanos()) {
                lost(generation.get(), "silent");
              }
            },
            look,
            look,
            TimeUnit.MILLISECONDS);
  }

  /** Cuts and connects again over the same transport. */
  public void cutAndResume() {
    connect(transport);
  }

  /** Waits until everything up to the offset has been received. */
  public void awaitOffset(long offset, Duration patience) {
    await(
        "offset " + offset,
        patience,
        () -> journal.last() != null && journal.last().offset() >= offset);
  }

  /** How often a link broke that the test had not cut. */
  public int losses() {
    return losses.get();
  }

  /** How often the server could not recover and the history had to be paged. */
  public int reloads() {
    return reloads.get();
  }

  /** How often a server has asked this client to go. */
  public int drained() {
    return drained.get();
  }

  /** Why the last link was lost that the test had not cut; empty when none was. */
  public String lastLoss() {
    return lastLoss;
  }

  /** Why links were lost that the test had not cut, in order. */
  public List<String> allLosses() {
    return List.copyOf(allLosses);
  }

  /** Fails when the server has broken its word towards this client. */
  public void assertNoFaults() {
    if (!faults.isEmpty()) {
      throw new AssertionError("faults: " + faults);
    }
  }

  @Override
  public void close() {
    cut();
    thread.shutdownNow();
  }

  private void await(String what, Duration patience, BooleanSupplier reached) {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (progress) {
      while (!reached.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("waited for " + what + ", but this is " + this);
        }
        try {
          progress.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted while waiting for " + what, e);
        }
      }
    }
  }

  private void progressed() {
    synchronized (progress) {
      progress.notifyAll();
    }
  }

  // What happens on its thread -------------------------------------------------------------------

  private boolean isOver(long mine) {
    return generation.get() != mine;
  }

  private void open(long mine) {
    if (isOver(mine)) {
      return;
    }
    Link fresh;
    try {
      fresh = link(transport, from(), new Reports(mine));
    } catch (RuntimeException | AssertionError e) {
      lost(mine, e.toString());
      return;
    }
    link = fresh;
    heardAt = System.nanoTime();
    if (isOver(mine)) {
      fresh.cut();
    }
  }

  private Link link(Transport over, From from, Link.Listener listener) {
    ServerUrl server = servers.get(current);
    return switch (over) {
      case WEBSOCKET -> new WsLink(server, token, channel, from, listener);
      case SSE -> new SseLink(server, token, channel, from, listener);
      case POLLING -> new PollLink(server, token, channel, from, listener);
    };
  }

  private From from() {
    return !cursor.isEmpty() && random.nextBoolean()
        ? new From(null, cursor)
        : new From(journal.last(), "");
  }

  private void opened(long mine, Opened now) {
    if (journal.last() == null) {
      journal.startedAt(now.messages().isEmpty() ? now.live() : before(now.messages().get(0)));
    } else if (!now.recovered()) {
      reload(mine, now.live());
    }
    for (JsonNode message : now.messages()) {
      // A poll's answer holds pushes, too.
      journal.received(Receipt.of(message), message.path("conflated").asLong(0));
    }
    cursor = now.cursor();
    if (!now.more() && !isOver(mine) && !journal.last().equals(now.live())) {
      faults.add("told to be at " + now.live() + " but is at " + journal.last());
    }
    openings.incrementAndGet();
    progressed();
  }

  private static Position before(JsonNode message) {
    Position position = Position.in(message);
    return position.at(position.offset() - 1);
  }

  /** Pages the history from the old position up to the live one. */
  private void reload(long mine, Position live) {
    reloads.incrementAndGet();
    Position last = journal.last();
    if (!last.epoch().equals(live.epoch())) {
      last = live.at(0);
      journal.reset(last);
    }
    boolean first = true;
    Api api = new Api(servers.get(current), token);
    for (JsonNode message : api.historyAfter(channel, last.offset())) {
      Position position = Position.in(message);
      if (position.offset() > live.offset() || isOver(mine)) {
        return;
      }
      if (first && position.offset() > last.offset() + 1) {
        // The log was trimmed: what stood between is gone for everybody.
        journal.reset(position.at(position.offset() - 1));
      }
      first = false;
      journal.received(Receipt.of(message));
    }
  }

  private void message(JsonNode message, String newCursor) {
    journal.received(Receipt.of(message), message.path("conflated").asLong(0));
    cursor = newCursor;
    progressed();
  }

  private void lost(long mine, String why) {
    if (isOver(mine)) {
      return;
    }
    losses.incrementAndGet();
    lastLoss = why;
    allLosses.add(why);
    current = (current + 1) % servers.size();
    long wait = retryMs;
    retryMs = RETRY_MS;
    Link old = link;
    link = null;
    if (old != null) {
      old.cut();
    }
    if (generation.compareAndSet(mine, mine + 1)) {
      var unused = thread.schedule(() -> open(mine + 1), wait, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public String toString() {
    return "client of "
        + channel
        + " over "
        + transport
        + " at "
        + journal.last()
        + ", losses "
        + losses
        + " (last: "
        + lastLoss
        + "), reloads "
        + reloads;
  }

  /**
   * Hands the reports of one link to the client's thread, as long as the link is the current one.
   */
  private final class Reports implements Link.Listener {
    private final long mine;

    Reports(long mine) {
      this.mine = mine;
    }

    @Override
    public void opened(Opened now) {
      handle(() -> RecoveringClient.this.opened(mine, now));
    }

    @Override
    public void message(JsonNode message, String newCursor) {
      handle(() -> RecoveringClient.this.message(message, newCursor));
    }

    @Override
    public void draining(long reconnectInMs) {
      handle(
          () -> {
            drained.incrementAndGet();
            retryMs = reconnectInMs;
          });
    }

    @Override
    public void lost(String why) {
      handle(() -> RecoveringClient.this.lost(mine, why));
    }

    private void handle(Runnable report) {
      try {
        thread.execute(
            () -> {
              if (isOver(mine)) {
                return;
              }
              heardAt = System.nanoTime();
              try {
                report.run();
              } catch (RuntimeException | AssertionError e) {
                RecoveringClient.this.lost(mine, e.toString());
              }
            });
      } catch (RejectedExecutionException e) {
        // The client is closed: nobody listens any more.
        return;
      }
    }
  }
}
