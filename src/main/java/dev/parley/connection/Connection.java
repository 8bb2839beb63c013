package dev.parley.connection;

import dev.parley.channel.Rights;
import dev.parley.delivery.Joined;
import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Subscriber;
import dev.parley.delivery.Transport;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame;
import dev.parley.protocol.ServerFrame.Draining;
import dev.parley.protocol.ServerFrame.Subscribed;
import dev.parley.protocol.ServerFrame.Unsubscribed;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, whatever its transport: who it is, when it was last heard, and its
 * receiving half. Opened and closed by {@link Connections}. Any thread.
 */
public final class Connection implements Subscriber.Listener {
  /** What a connection needs of its transport beyond writing. */
  public interface Wire extends Transport {
    /** Shows both ends that the other is there. Must not block. */
    void heartbeat();

    /** The server has joined a channel; for what the transport keeps of it. On the dispatcher. */
    default void joined(Joined channel) {
      // Most keep nothing.
    }

    /** Whether the peer answers heartbeats and can send {@code refresh}. */
    boolean isTwoWay();

    /** Whether what is no message reaches the peer. */
    default boolean hearsPushes() {
      return true;
    }

    /** Whether it lasts: the client keeps it and does not come again by itself. */
    default boolean isLasting() {
      return true;
    }

    /**
     * The client will be told to go, and should come back after so many milliseconds: for what the
     * transport itself can say about that. On the dispatcher.
     */
    default void reconnectIn(long ms) {
      // The push says it.
    }
  }

  private static final System.Logger LOG = System.getLogger(Connection.class.getName());

  private final String id;
  private final Wire wire;
  private final ClientAddress address;
  private final Connections connections;
  private final Subscriber subscriber;
  private final Activity activity = new Activity(System::nanoTime);
  private volatile boolean warned;
  private volatile @Nullable Caller caller;
  private volatile @Nullable String device;
  private volatile long leavingSince;
  private volatile boolean leaving;
  private volatile boolean told;
  private volatile BooleanSupplier busy = () -> false;

  /** Whether its caller counts among the users of this node; guarded by {@link Connections}. */
  private boolean counted;

  Connection(String id, Wire wire, ClientAddress address, Connections connections) {
    this.id = id;
    this.wire = wire;
    this.address = address;
    this.connections = connections;
    this.subscriber = connections.subscribers().create(wire, this);
  }

  /** The id that the client knows it by. */
  public String id() {
    return id;
  }

  /** The receiving half. */
  public Subscriber subscriber() {
    return subscriber;
  }

  Wire wire() {
    return wire;
  }

  /** From where it was opened. */
  ClientAddress address() {
    return address;
  }

  /** Who it is; null until a credential has been accepted. */
  public @Nullable Caller caller() {
    return caller;
  }

  /**
   * Accepts a caller: the first, or the same person with a newer token.
   *
   * @throws dev.parley.protocol.CommandRejected with {@code limit_exceeded} when there are too many
   */
  void accept(Caller accepted) {
    Caller before = caller;
    // May refuse: then it is nobody's still.
    connections.accepted(this, accepted);
    caller = accepted;
    warned = false;
    if (before != null && !before.maySameAs(accepted)) {
      review(accepted, Subscriber.NOT_ALLOWED);
    }
    subscriber.identify(accepted, device);
  }

  /** Ends those of its subscriptions that its caller may not have any more. */
  void review(Caller accepted, String reason) {
    subscriber.review(name -> connections.policy().mayReadOn(accepted, name), reason);
  }

  /** What the client calls the device, before its caller is accepted. */
  void device(@Nullable String label) {
    device = label;
  }

  boolean isCounted() {
    return counted;
  }

  /** It counts as this caller's. */
  void count(Caller first) {
    caller = first;
    counted = true;
  }

  /** Tells whether commands are under way, from now on. */
  void busyWhile(BooleanSupplier commandsAreUnderWay) {
    busy = commandsAreUnderWay;
  }

  /** Tells the client to go, and to come back, to whatever node, after so many milliseconds. */
  void leave(long reconnectInMs) {
    leavingSince = System.nanoTime();
    leaving = true;
    subscriber.execute(
        () -> {
          wire.reconnectIn(reconnectInMs);
          push("draining", new Draining(reconnectInMs));
          told = true;
        });
  }

  /** Whether the client is to be told to go, or was. */
  boolean isLeaving() {
    return leaving;
  }

  /** Whether it was: what it sends from then on may be refused, because it knows why. */
  boolean isToldToLeave() {
    return told;
  }

  long leavingSince() {
    return leavingSince;
  }

  /** Closes when every command is answered and everything queued is written, or at once if late. */
  void leaveWhenDone(boolean late) {
    if (late) {
      close(CloseCode.DRAINING);
    } else if (!isBusy()) {
      // The last answer was handed to the dispatcher before that, so it is queued before this.
      subscriber.execute(
          () -> {
            if (subscriber.isFlushed()) {
              close(CloseCode.DRAINING);
            }
          });
    }
  }

  Activity activity() {
    return activity;
  }

  /** Notes a sign of life. */
  public void heard() {
    activity.heard();
  }

  /** Whether commands are under way. */
  boolean isBusy() {
    return busy.getAsBoolean();
  }

  void heartbeat() {
    activity.pinged();
    wire.heartbeat();
  }

  boolean isWarned() {
    return warned;
  }

  void warn(ServerFrame frame) {
    warned = true;
    push("token-expiring", frame);
  }

  /** Sends a push under its type's name. */
  void push(String type, ServerFrame frame) {
    subscriber.send(OutboundFrame.control(type, JsonWriter.push(frame)));
  }

  /** Ends the connection for this reason. */
  public void close(CloseCode code) {
    connections.close(this, code);
  }

  @Override
  public void broken(CloseCode code, @Nullable Throwable failure) {
    close(code);
  }

  @Override
  public void unsubscribed(ChannelName channel, String reason) {
    // Behind what was queued before: nothing of the channel comes after it.
    subscriber.sendInTurn(
        channel,
        OutboundFrame.control("unsubscribed", JsonWriter.push(new Unsubscribed(channel, reason))));
  }

  @Override
  public void joinedByServer(Joined joined, Rights rights) {
    wire.joined(joined);
    StreamPosition position = joined.position();
    long replayed = joined.messages().size();
    Subscribed frame =
        new Subscribed(
            joined.name(),
            position == null ? null : position.at(position.offset() - replayed),
            joined.recovered(),
            false,
            List.of(),
            rights.permissions(),
            "somebody has written to you",
            null);
    subscriber.sendInTurn(
        joined.name(), OutboundFrame.control("subscribed", JsonWriter.push(frame)));
    subscriber.replay(joined.messages());
  }

  @Override
  public void caughtUp(long nanos, long messages) {
    LOG.log(
        Level.INFO,
        "Connection {0} over {1} was behind for {2} ms and has caught up with {3} messages",
        id,
        wire.kind(),
        nanos / 1_000_000,
        messages);
  }
}
