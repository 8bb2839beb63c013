package dev.parley.delivery;

import dev.parley.channel.DirectPair;
import dev.parley.channel.Lane;
import dev.parley.channel.Rights;
import dev.parley.message.DirectOpened;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.ServerFrame.PresenceList;
import dev.parley.security.Caller;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: its subscriptions and what waits to be written to it. Made by
 * {@link Subscribers}; every method hands over to the connection's dispatcher, so any thread may
 * call them and none blocks.
 */
public final class Subscriber implements Reader {
  /** What a subscriber tells the connection that it belongs to; on the dispatcher. */
  public interface Listener {
    /** The connection cannot go on and must be closed. */
    void broken(CloseCode code, @Nullable Throwable failure);

    /** The server has ended a subscription. */
    void unsubscribed(ChannelName channel, String reason);

    /** The server has joined a channel by itself; told in the turn in which it goes live. */
    void joinedByServer(Joined joined, Rights rights);

    /** It was behind the live stream for so long, and has caught up with so many messages. */
    void caughtUp(long nanos, long messages);
  }

  /** Why a subscription ends that a new token does not allow. */
  public static final String NOT_ALLOWED = "your new token does not allow to receive its messages";

  private static final List<Lane> MESSAGE_LANES =
      List.of(Lane.URGENT, Lane.NORMAL, Lane.BACKGROUND);

  private final Dispatcher dispatcher;
  private final ChannelTails tails;
  private final AccessGuard guard;
  private final LogSource log;
  private final Audience audience;
  private final DeliverySettings settings;
  private final DeliveryMetrics metrics;
  private final Transport transport;
  private final Listener listener;
  private final OutboundQueue queue;
  private final Map<ChannelKey, Subscription> subscriptions = new LinkedHashMap<>();
  private final JoinTurns joins;
  private int behind;
  private long behindSince;
  private long caughtUp;
  private volatile boolean isBehind;
  private boolean closed;
  private @Nullable DirectReader direct;
  private Runnable leaveInboxes = () -> {};
  private final List<Runnable> whenDrained = new ArrayList<>(0);
  private volatile long activeAt = System.nanoTime();
  private volatile @Nullable Caller caller;
  private volatile @Nullable String device;

  Subscriber(
      Dispatcher dispatcher,
      ChannelTails tails,
      AccessGuard guard,
      LogSource log,
      Audience audience,
      DeliverySettings settings,
      DeliveryMetrics metrics,
      Transport transport,
      Listener listener) {
    this.dispatcher = dispatcher;
    this.tails = tails;
    this.guard = guard;
    this.log = log;
    this.audience = audience;
    this.settings = settings;
    this.metrics = metrics;
    this.transport = transport;
    this.listener = listener;
    this.joins = new JoinTurns(dispatcher);
    this.queue = new OutboundQueue(dispatcher, transport, new QueueOwner(), settings);
  }

  /** It belongs to this caller: the first, or the same person with a newer token. */
  public void identify(Caller person, @Nullable String label) {
    run(
        () -> {
          if (!closed) {
            caller = person;
            device = label == null ? device : label;
            audience.arrived(this);
          }
        });
  }

  @Override
  public @Nullable Caller caller() {
    return caller;
  }

  @Override
  public @Nullable String device() {
    return device;
  }

  @Override
  public String transport() {
    return transport.kind();
  }

  /** Its person has done something. Any thread; costs next to nothing. */
  public void active() {
    activeAt = System.nanoTime();
  }

  @Override
  public long activeAt() {
    return activeAt;
  }

  @Override
  public boolean offer(ChannelKey channel, OutboundFrame frame) {
    Subscription one = subscriptions.get(channel);
    return one == null
        || queue.offer(Signal.in(frame, channel.name(), one.name()), one.tail().namespace().lane());
  }

  @Override
  public void whenDrained(Runnable task) {
    whenDrained.add(task);
  }

  /**
   * Tells from now on who comes into the channel and goes.
   *
   * @return who is there now, in the turn of this call: what follows is told later; null when the
   *     channel has no presence, or too many people, and for who is not, or no longer, in it
   */
  public @Nullable List<PresentUser> watch(ChannelKey channel) {
    return closed || !isSubscribed(channel) ? null : audience.watch(this, channel);
  }

  /** The same, where the list is a push of its own; nothing when it is not known. */
  public void tellPresence(ChannelKey channel) {
    run(
        () -> {
          List<PresentUser> users = watch(channel);
          if (users != null) {
            String json = JsonWriter.push(new PresenceList(channel.name(), users));
            queue.send(OutboundFrame.control("presence", json));
          }
        });
  }

  /** Runs the task where everything about this connection happens; at once when already there. */
  public void run(Runnable task) {
    dispatcher.run(task);
  }

  /** Runs the task there, after what is under way. */
  @Override
  public void execute(Runnable task) {
    dispatcher.execute(task);
  }

  /** Tells there what happens to the channel, until it is closed. */
  public void watch(SelectableChannel channel, Watched watched) {
    dispatcher.watch(channel, watched);
  }

  /** Tells there, once, when a watched channel can be written to again. */
  public void tellWhenWritable(SelectableChannel channel) {
    dispatcher.tellWhenWritable(channel);
  }

  /** Queues a reply or a push that is not a message. */
  public void send(OutboundFrame frame) {
    run(() -> queue.send(frame));
  }

  /**
   * Queues a reply that says where a channel's messages go on or end, in turn with them. None of
   * those before it is replaced by one behind it.
   */
  public void sendInTurn(ChannelName channel, OutboundFrame frame) {
    Lane lane = tails.lane(channel);
    run(() -> queue.sendInTurn(frame, channel, lane));
  }

  /**
   * Queues a reply that says where many channels go on: behind every message that waits and before
   * every one that comes, whatever its lane.
   */
  public void sendBehindAll(OutboundFrame frame) {
    run(() -> queue.sendBehindAll(frame));
  }

  /** Queues messages that were recovered, in their order; they are never left out. */
  public void replay(List<StreamMessage> messages) {
    run(() -> messages.forEach(message -> queue.send(OutboundFrame.of(message))));
  }

  /**
   * Joins the channels. {@code joined} is told in the same turn in which they go live, so what it
   * queues comes before everything that follows; {@code failed} is told instead when that is not
   * possible, and then none of them is joined. A channel that is joined already stops until its new
   * join is done. One join follows the other: the next begins when the result of this one was told.
   */
  public void join(
      List<JoinRequest> requests, Consumer<List<Joined>> joined, Consumer<CommandRejected> failed) {
    run(
        () -> {
          Runnable begin = () -> open(requests, joins.last(joined), joins.last(failed));
          if (!joins.add(begin)) {
            failed.accept(CommandRejected.unavailable("too many joins wait", null));
          }
        });
  }

  /** The same for the server, which leaves a channel alone that is joined when its turn comes. */
  void joinIfNew(
      JoinRequest request, Consumer<List<Joined>> joined, Consumer<CommandRejected> failed) {
    run(
        () -> {
          Runnable begin =
              () -> {
                if (isSubscribed(request.channel())) {
                  joins.next();
                } else {
                  open(List.of(request), joins.last(joined), joins.last(failed));
                }
              };
          if (!joins.add(begin)) {
            failed.accept(CommandRejected.unavailable("too many joins wait", null));
          }
        });
  }

  private void open(
      List<JoinRequest> requests, Consumer<List<Joined>> joined, Consumer<CommandRejected> failed) {
    if (closed) {
      failed.accept(CommandRejected.unavailable("the connection is closed", null));
      return;
    }
    Set<ChannelKey> all = new HashSet<>(subscriptions.keySet());
    requests.forEach(one -> all.add(one.channel()));
    long direct = all.stream().filter(Subscriber::isDirect).count();
    if (all.size() - direct > settings.channels(caller) || direct > settings.directPerConnection) {
      failed.accept(
          new CommandRejected(
              ErrorCode.LIMIT_EXCEEDED,
              "channel: a connection has at most " + settings.channels(caller)));
      return;
    }
    List<CompletableFuture<ChannelTail>> opening =
        requests.stream().map(request -> tails.acquire(request.channel())).toList();
    CompletableFuture<?> unused =
        CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new))
            .whenCompleteAsync(
                (done, failure) -> opened(requests, opening, failure, joined, failed),
                dispatcher::execute);
  }

  /** Those that the server joins by itself leave their places to the client. */
  private static boolean isDirect(ChannelKey channel) {
    return channel.name().namespace().equals(DirectPair.NAMESPACE);
  }

  private void opened(
      List<JoinRequest> requests,
      List<CompletableFuture<ChannelTail>> opening,
      @Nullable Throwable failure,
      Consumer<List<Joined>> joined,
      Consumer<CommandRejected> failed) {
    if (failure != null || closed) {
      opening.stream()
          .filter(tail -> !tail.isCompletedExceptionally())
          .forEach(tail -> tails.release(tail.join()));
      failed.accept(rejection(failure));
      return;
    }
    List<JoinMember> members = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      ChannelTail tail = opening.get(i).join();
      Subscription known = subscriptions.get(tail.channel());
      Subscription subscription = subscription(tail, requests.get(i).rights());
      members.add(
          new JoinMember(
              subscription, requests.get(i), settings.recoveryLimit, subscription == known));
    }
    new Join(
            dispatcher,
            log,
            members,
            results -> {
              results.forEach(metrics::joined);
              results.forEach(one -> audience.joined(this, one.channel()));
              joined.accept(results);
            },
            problem -> {
              members.forEach(this::undo);
              failed.accept(rejection(problem));
            })
        .run();
  }

  /** A failed join leaves no trace: what was joined before goes on from where it stood. */
  private void undo(JoinMember member) {
    Subscription one = member.subscription();
    if (!one.isJoining()) {
      // It has ended, or somebody else has brought it to life.
      return;
    }
    if (member.isAgain()) {
      one.goOn();
    } else {
      drop(one);
    }
  }

  /** The channel's subscription, paused; a new one unless there is one on the same tail. */
  private Subscription subscription(ChannelTail tail, Rights rights) {
    Subscription known = subscriptions.get(tail.channel());
    if (known != null && known.tail() == tail) {
      tails.release(tail);
      known.pause();
      known.renew(rights);
      guard.add(known);
      return known;
    }
    if (known != null) {
      drop(known);
    }
    Subscription subscription = new Subscription(this, tail, dispatcher, rights);
    subscriptions.put(tail.channel(), subscription);
    guard.add(subscription);
    return subscription;
  }

  private static CommandRejected rejection(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommandRejected rejected) {
        return rejected;
      }
    }
    return CommandRejected.unavailable("the log cannot be read now", failure);
  }

  /** Hears of direct conversations from now on; a second call changes nothing. */
  void enter(DirectReader reader, DirectInboxes inboxes) {
    run(
        () -> {
          if (!closed && direct == null) {
            direct = reader;
            inboxes.add(reader);
            leaveInboxes = () -> inboxes.remove(reader);
          }
        });
  }

  /** The connection is live, with these direct conversations; on the dispatcher. */
  public void beginDirect(List<DirectOpened> joined) {
    if (direct != null) {
      direct.begin(joined);
    }
  }

  /** Whether a channel is joined or being joined; on the dispatcher. */
  boolean isSubscribed(ChannelKey channel) {
    return subscriptions.containsKey(channel);
  }

  /**
   * Ends what may not be read any more, after the caller's token or the rules have changed.
   *
   * @param mayRead whether a channel may be read now, by the name under which it is known
   * @param reason what the client is told
   */
  public void review(Predicate<ChannelName> mayRead, String reason) {
    run(
        () -> {
          for (Subscription one : List.copyOf(subscriptions.values())) {
            if (!mayRead.test(one.name())) {
              one.end(reason);
            }
          }
        });
  }

  /** Tells the connection what the server has joined; on the dispatcher. */
  void joinedByServer(Joined joined, Rights rights) {
    listener.joinedByServer(joined, rights);
  }

  /** Leaves a channel; {@code done} is told whether it was joined. */
  public void leave(ChannelKey channel, Consumer<Boolean> done) {
    run(
        () -> {
          Subscription subscription = subscriptions.get(channel);
          if (subscription != null) {
            drop(subscription);
          }
          done.accept(subscription != null);
        });
  }

  /** Notes what the client has received; {@code answer} is told null, or what is wrong with it. */
  void acknowledge(ChannelKey channel, long offset, Consumer<@Nullable CommandRejected> answer) {
    run(
        () -> {
          Subscription subscription = subscriptions.get(channel);
          if (subscription == null) {
            answer.accept(AckHandler.notSubscribed());
          } else {
            answer.accept(subscription.acknowledge(offset) ? null : AckHandler.notSentYet());
          }
        });
  }

  private void drop(Subscription subscription) {
    subscription.close();
    guard.remove(subscription);
    if (subscriptions.remove(subscription.channel(), subscription)) {
      audience.left(this, subscription.channel());
      tails.release(subscription.tail());
    }
  }

  boolean offerTogether(Batch messages) {
    return queue.offerTogether(messages);
  }

  boolean offer(StreamMessage message) {
    return queue.offer(message);
  }

  /** Queues what may be left out, if there is room for messages as well. */
  void signal(OutboundFrame frame) {
    if (queue.isLow(Lane.BACKGROUND)) {
      queue.send(frame);
    } else {
      metrics.dropped(Lane.BACKGROUND, 1);
    }
  }

  /** A subscription has dropped what the queue did not take. */
  void dropped(Lane lane, long messages) {
    metrics.dropped(lane, messages);
  }

  /** One more or one fewer of its subscriptions, in this lane, is behind the live stream. */
  void behind(int change, Lane lane) {
    boolean was = behind > 0;
    behind += change;
    isBehind = behind > 0;
    if (was != (behind > 0)) {
      episode(!was);
    }
    if (change <= 0) {
      return;
    }
    if (queue.isLow(lane)) {
      // It was the tail's memory that was too short, not this connection.
      dispatcher.execute(this::catchUp);
    } else {
      queue.tellWhenLow(lane);
    }
  }

  private void episode(boolean begins) {
    metrics.slow(begins ? 1 : -1);
    if (begins) {
      behindSince = System.nanoTime();
      caughtUp = 0;
    } else if (!closed) {
      listener.caughtUp(System.nanoTime() - behindSince, caughtUp);
    }
  }

  /** A subscription that was behind has queued so many messages. */
  void caughtUp(long messages) {
    caughtUp += messages;
    metrics.caughtUp(messages);
  }

  /**
   * Tries again to bring up to date what has fallen behind: the way on after the database was out
   * of reach.
   */
  public void catchUpIfBehind() {
    if (isBehind) {
      dispatcher.execute(this::catchUp);
    }
  }

  private void catchUp() {
    if (!closed && behind > 0) {
      for (Lane lane : MESSAGE_LANES) {
        catchUp(lane);
      }
    }
  }

  /** The more urgent ones first: what they queue may leave no room for the others. */
  private void catchUp(Lane lane) {
    for (Subscription one : List.copyOf(subscriptions.values())) {
      if (one.tail().namespace().lane() == lane && queue.isLow(lane)) {
        one.catchUp(log, dispatcher);
      }
    }
  }

  void ended(Subscription subscription, String reason) {
    drop(subscription);
    listener.unsubscribed(subscription.name(), reason);
  }

  /** Whether nothing waits to be written and no write is under way; on the dispatcher. */
  public boolean isFlushed() {
    return queue.isFlushed();
  }

  /** For how long the present write has been under way, in nanoseconds; 0 when none is. */
  public long stalledNanos() {
    return queue.stalledNanos();
  }

  /** Ends everything; what still waits is dropped. */
  public void close() {
    run(
        () -> {
          if (!closed) {
            closed = true;
            leaveInboxes.run();
            audience.gone(this);
            whenDrained.clear();
            List.copyOf(subscriptions.values()).forEach(this::drop);
            queue.close();
          }
        });
  }

  /** How the queue's news reach this subscriber. */
  private final class QueueOwner implements OutboundQueue.Owner {
    @Override
    public void drained() {
      catchUp();
      List<Runnable> tasks = List.copyOf(whenDrained);
      whenDrained.clear();
      tasks.forEach(Runnable::run);
    }

    @Override
    public void broken(@Nullable Throwable failure) {
      listener.broken(failure == null ? CloseCode.TOO_SLOW : CloseCode.NORMAL, failure);
    }
  }
}
