package dev.parley.bench.load;

import dev.parley.bench.measure.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All clients of one system in one scenario: channels, their members, and who publishes. */
public final class Crowd implements AutoCloseable {
  private static final int CONNECTS_AT_ONCE = 100;
  private static final int BALLAST_CHANNEL = 999_999;
  private static final long POLL_MILLIS = 20;
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * How large it is.
   *
   * @param members of each channel
   * @param publishers connections that publish for all channels; none: the members do it themselves
   * @param payload bytes of each message
   */
  public record Shape(Transport transport, int channels, int members, int publishers, int payload) {
    /** How many connections there are. */
    public int connections() {
      return channels * members + publishers;
    }
  }

  /** What a time of publishing has shown. Messages are counted once for each member. */
  public record Outcome(
      int published,
      long deliveries,
      double seconds,
      long lost,
      long duplicates,
      long reordered,
      long strays,
      long hangUps,
      Latencies latencies) {
    /** Whether everybody got everything, once and in order. */
    public boolean isClean() {
      return lost + duplicates + reordered + strays + hangUps == 0;
    }
  }

  private final Generator generator;
  private final Entrances entrances;
  private final Shape shape;
  private final Tally tally = new Tally();
  private final List<Audience> audiences = new ArrayList<>();
  private final List<ClientConnection> members = new ArrayList<>();
  private final List<ClientConnection> guests = new ArrayList<>();
  private final List<ClientConnection> publishers = new ArrayList<>();
  private @Nullable Pace pace;
  private double connectSeconds;
  private String ballast = "";
  private boolean refusals;

  private Crowd(Generator generator, Entrances entrances, Shape shape) {
    this.generator = generator;
    this.entrances = entrances;
    this.shape = shape;
  }

  /** Nobody yet. */
  static Crowd empty(Generator generator, Site site) {
    Shape nobody = new Shape(Transport.WEBSOCKET, 0, 0, 0, 0);
    return new Crowd(generator, Entrances.one(site), nobody);
  }

  /** Connects everybody to one node, and waits until all are subscribed. */
  public static Crowd gather(Generator generator, Site site, Shape shape) {
    return gather(generator, Entrances.one(site), shape);
  }

  /** Connects everybody, and waits until all are subscribed. */
  public static Crowd gather(Generator generator, Entrances entrances, Shape shape) {
    Crowd crowd = new Crowd(generator, entrances, shape);
    try {
      crowd.connect();
      return crowd;
    } catch (RuntimeException e) {
      crowd.close();
      throw e;
    }
  }

  private void connect() {
    Site site = entrances.publishers();
    for (int i = 0; i < shape.publishers(); i++) {
      Dialect dialect = site.dialect(Transport.WEBSOCKET, i, null);
      publishers.add(ClientConnection.over(Transport.WEBSOCKET, this, dialect, null));
    }
    generator.connect(publishers, site.port(), CONNECTS_AT_ONCE);
    Map<Site, List<ClientConnection>> arriving = new LinkedHashMap<>();
    for (int i = 0; i < shape.channels(); i++) {
      Audience audience = new Audience(i, site.channel(i));
      audiences.add(audience);
      for (int k = 0; k < shape.members(); k++) {
        Site node = entrances.ofMember(members.size());
        Dialect dialect = node.dialect(shape.transport(), members.size(), audience.channel());
        ClientConnection member =
            ClientConnection.over(shape.transport(), this, dialect, new Receiver(audience));
        audience.members().add(member);
        members.add(member);
        arriving.computeIfAbsent(node, key -> new ArrayList<>()).add(member);
      }
      if (!publishers.isEmpty()) {
        audience.publishedBy(publishers.get(i % publishers.size()));
      }
    }
    arriving.forEach(
        (node, clients) ->
            connectSeconds += generator.connect(clients, node.port(), CONNECTS_AT_ONCE));
    tally.reset();
  }

  /**
   * Connects more members of the first channel, who may {@link #stall}. Their latencies do not
   * count.
   *
   * @param buffer bytes that the system may keep for each of them unread
   * @param weight bytes that go to them alone with each message, on a channel of their own and not
   *     counted, so that their buffers are full soon
   */
  public void invite(Transport transport, int count, int buffer, int weight) {
    ballast = "x".repeat(weight);
    Audience audience = audiences.get(0);
    Site site = entrances.ofMember(0);
    for (int i = 0; i < count; i++) {
      int number = members.size() + guests.size();
      String channels = audience.channel() + ',' + site.channel(BALLAST_CHANNEL);
      Dialect dialect = site.dialect(transport, number, channels);
      ClientConnection guest =
          ClientConnection.over(transport, this, dialect, new Receiver(audience));
      audience.members().add(guest);
      guest.receiver().timed(false);
      guest.receiveBuffer(buffer);
      guests.add(guest);
    }
    generator.connect(guests, site.port(), CONNECTS_AT_ONCE);
  }

  /** Whether the guests leave unread what comes for them. */
  public void stall(boolean stalled) {
    generator.run(() -> guests.forEach(guest -> guest.reading(!stalled)));
  }

  /** What the guests have not received yet. */
  public long outstandingOfGuests() {
    return generator.call(() -> outstanding(guests));
  }

  /** Seconds from the first member's connection to the last one's subscription. */
  public double connectSeconds() {
    return connectSeconds;
  }

  Generator generator() {
    return generator;
  }

  List<Audience> audiences() {
    return audiences;
  }

  int payload() {
    return shape.payload();
  }

  /** Publishes the channel's next message. */
  void publish(Audience audience, ClientConnection publisher, long time) {
    int sequence = audience.advance();
    tally.published++;
    String payload = Mark.payload(audience.number(), sequence, time, shape.payload());
    publisher.say(publisher.dialect().publication(audience.channel(), payload));
    if (!ballast.isEmpty()) {
      ClientConnection other = publishers.get(publishers.size() - 1);
      other.say(
          other.dialect().publication(entrances.publishers().channel(BALLAST_CHANNEL), ballast));
    }
  }

  /** A member has received a message. */
  void message(
      ClientConnection member, Receiver receiver, int channel, int sequence, long latency) {
    if (channel != receiver.audience().number() || sequence >= receiver.audience().nextSequence()) {
      tally.strays++;
      return;
    }
    switch (receiver.accept(sequence)) {
      case AGAIN -> {
        tally.duplicates++;
        return;
      }
      case LATE -> tally.reordered++;
      case IN_ORDER -> {}
    }
    tally.deliveries++;
    tally.lastDelivery = System.nanoTime();
    if (receiver.isTimed()) {
      tally.latencies.record(latency);
    }
    if (pace != null) {
      pace.delivered(this, member, sequence);
    }
  }

  /** Something was not taken. It is said once; the counts say the rest. */
  void refused(String reason) {
    if (!refusals) {
      refusals = true;
      System.err.println("refused: " + reason);
    }
  }

  /** A connection that was ready has ended, and not by us. */
  void hangUp(String reason) {
    tally.hangUps++;
    tally.lastHangUp = reason;
  }

  /**
   * Publishes for so long, waits until everything has arrived or nothing more comes, and counts.
   */
  public Outcome run(Pace newPace, long millis) {
    begin(newPace);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < deadline && !newPace.isFinished()) {
      pause();
    }
    end();
    awaitArrival();
    return outcome();
  }

  /** Begins to publish. */
  public void begin(Pace newPace) {
    generator.run(
        () -> {
          tally.reset();
          pace = newPace;
          newPace.begin(this);
          watch(newPace);
        });
  }

  private void watch(Pace watched) {
    generator.later(
        () -> {
          if (pace == watched) {
            if (System.nanoTime() - tally.lastDelivery > STUCK_NANOS) {
              watched.stuck(this);
            }
            watch(watched);
          }
        },
        STUCK_NANOS,
        TimeUnit.NANOSECONDS);
  }

  /** Publishes no more. */
  public void end() {
    generator.run(
        () -> {
          if (pace != null) {
            pace.end();
          }
          pace = null;
        });
  }

  /** Waits until all members but the guests have everything, or nothing more comes. */
  public void awaitArrival() {
    long silentSince = System.nanoTime();
    long before = -1;
    while (true) {
      long outstanding = generator.call(() -> outstanding(members));
      if (outstanding == 0 || System.nanoTime() - silentSince > LOST_NANOS) {
        return;
      }
      if (outstanding != before) {
        before = outstanding;
        silentSince = System.nanoTime();
      }
      pause();
    }
  }

  private static long outstanding(List<ClientConnection> clients) {
    return clients.stream().mapToLong(client -> client.receiver().outstanding()).sum();
  }

  /** What has happened since {@link #begin}. What the members but the guests lack is lost. */
  public Outcome outcome() {
    return generator.call(
        () -> {
          long lost = outstanding(members);
          if (tally.hangUps > 0) {
            System.err.println(tally.hangUps + " connections ended, the last: " + tally.lastHangUp);
          }
          members.forEach(member -> member.receiver().settle());
          return new Outcome(
              tally.published,
              tally.deliveries,
              (tally.lastDelivery - tally.begin) / 1e9,
              lost,
              tally.duplicates,
              tally.reordered,
              tally.strays,
              tally.hangUps,
              tally.latencies);
        });
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    generator.run(
        () -> {
          members.forEach(ClientConnection::close);
          guests.forEach(ClientConnection::close);
          publishers.forEach(ClientConnection::close);
        });
  }
}
