package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Thousands of clients over raw sockets in one thread, each in a room with a few others. Each
 * subscribes, publishes now and then under keys, goes to the next node when it is sent away or
 * breaks, and recovers there. What they see is judged by one {@link HistoryChecker} a room.
 *
 * <p>Any thread asks; everything else happens in the swarm's own.
 */
public final class Swarm implements AutoCloseable {
  /** Whoever comes first waits a little, so that nobody has to wait for long. */
  private static final int CONNECTING = 100;

  private static final int CONNECTIONS_OF_ONE = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MS = 10;

  private final List<SwarmClient> clients = new ArrayList<>();
  private final List<HistoryChecker> rooms = new ArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "swarm");
  private final Random random = new Random(1);
  private volatile boolean over;
  private volatile boolean publishing;
  private volatile long pauseNanos;

  /**
   * @param nodes all begin at the first
   * @param size how many clients
   * @param roomSize how many of them are in one room
   */
  public Swarm(Tenant tenant, List<ServerUrl> nodes, int size, int roomSize) {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Person> people = new ArrayList<>();
    for (int i = 0; i < Math.max(roomSize, size / CONNECTIONS_OF_ONE); i++) {
      people.add(tenant.person("swarm"));
    }
    List<String> channels = new ArrayList<>();
    for (int room = 0; room < size / roomSize; room++) {
      channels.add(Tenant.room());
      rooms.add(new HistoryChecker(channels.get(room)));
    }
    // One of each room first, who brings it into being; that is not to be tried here.
    for (int i = 0; i < size; i++) {
      int room = i % rooms.size();
      Person person = people.get((i + i / rooms.size()) % people.size());
      clients.add(new SwarmClient(this, person, nodes, channels.get(room), rooms.get(room), i));
    }
    thread.setDaemon(true);
    thread.start();
    await("all are live", () -> clients.stream().allMatch(SwarmClient::isLive));
  }

  /** From now on each of them publishes once in this time. */
  public void publishEvery(Duration pause) {
    pauseNanos = pause.toNanos();
    publishing = true;
  }

  /** How many messages were acknowledged. */
  public long acknowledged() {
    return clients.stream().mapToLong(SwarmClient::acknowledged).sum();
  }

  public List<SwarmClient> clients() {
    return clients;
  }

  /** Ends the publishing, lets everybody catch up, and judges; returns how much was stored. */
  public int finish() {
    publishing = false;
    await("all are answered", () -> clients.stream().allMatch(SwarmClient::isAnswered));
    for (int i = 0; i < rooms.size(); i++) {
      int room = i;
      List<SwarmClient> members =
          IntStream.iterate(room, n -> n < clients.size(), n -> n + rooms.size())
              .mapToObj(clients::get)
              .toList();
      long last = members.stream().mapToLong(SwarmClient::lastOwnOffset).max().orElse(0);
      await("room " + room + " is at " + last, () -> members.stream().allMatch(c -> c.isAt(last)));
    }
    if (!faults.isEmpty()) {
      throw new AssertionError(faults.size() + " faults, the first: " + faults.get(0));
    }
    return rooms.stream().mapToInt(room -> room.assertValid().stored()).sum();
  }

  /** Who waits in vain wants to know what went wrong before. */
  private void await(String what, BooleanSupplier condition) {
    Await.until(what + (faults.isEmpty() ? "" : "; " + faults.get(0)), PATIENCE, condition);
  }

  @Override
  public void close() {
    over = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // In its thread --------------------------------------------------------------------------------

  Selector selector() {
    return selector;
  }

  void fault(String what) {
    faults.add(what);
  }

  private void run() {
    try (selector) {
      long looked = 0;
      while (!over) {
        selector.select(LOOK_MS);
        for (SelectionKey key : selector.selectedKeys()) {
          ((SwarmClient) key.attachment()).ready();
        }
        selector.selectedKeys().clear();
        if (System.nanoTime() - looked > TimeUnit.MILLISECONDS.toNanos(LOOK_MS)) {
          looked = System.nanoTime();
          look(looked);
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      fault("the swarm has ended: " + e);
    } finally {
      clients.forEach(SwarmClient::cut);
    }
  }

  private void look(long now) {
    long connecting = clients.stream().filter(SwarmClient::isConnecting).count();
    for (SwarmClient client : clients) {
      if (client.wantsToConnect(now) && connecting < CONNECTING) {
        client.connect();
        connecting++;
      } else if (publishing && client.mayPublish(now)) {
        client.publish(now + (long) (pauseNanos * (0.5 + random.nextDouble())));
      } else {
        client.publishAgain();
      }
    }
  }

  /** When a client publishes for the first time: not all at once. */
  long firstPublish() {
    return System.nanoTime() + (long) (pauseNanos * random.nextDouble());
  }
}
