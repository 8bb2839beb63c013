package dev.parley.delivery;

import dev.parley.channel.Access;
import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.DirectInbox;
import dev.parley.channel.DirectPair;
import dev.parley.channel.Namespaces;
import dev.parley.channel.Rights;
import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.message.DirectConversations;
import dev.parley.message.DirectOpened;
import dev.parley.platform.BlockingCalls;
import dev.parley.platform.Gathered;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets direct messages reach every live connection of the two without their asking.
 *
 * <p>The rule: a live connection is in every conversation of its caller that goes on. One that
 * opens joins those that do; when another begins to go on, its first message says so to the nodes
 * of the two on the bus, and whoever has not heard it sees it in the database with the next
 * comparison. From there on the conversation's own log does what any channel's does. So a
 * conversation costs nothing while it is at rest, and a message of one that goes on costs no more
 * than in a room. Any thread; never blocks.
 */
@ApplicationScoped
public class DirectInboxes {
  private static final System.Logger LOG = System.getLogger(DirectInboxes.class.getName());

  @Inject ClusterBus bus;
  @Inject DirectConversations conversations;
  @Inject ChannelPolicy policy;
  @Inject Namespaces namespaces;
  @Inject BlockingCalls calls;
  @Inject DeliverySettings settings;

  /** Who reads which inbox; bounded by the connections of this node. */
  private final ConcurrentMap<ChannelKey, Set<DirectReader>> readers = new ConcurrentHashMap<>();

  /** Most people have no conversation that goes on; who has is found out for many at once. */
  private Gathered<DirectConversations.Person, Boolean> talking =
      new Gathered<>(new BlockingCalls(), people -> Map.of());

  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile long checkedAt = System.nanoTime();

  @PostConstruct
  void prepare() {
    talking =
        new Gathered<>(
            calls,
            people ->
                conversations.talking(people).stream()
                    .collect(Collectors.toMap(person -> person, person -> true)));
  }

  /**
   * Hears for this connection from now on, and finds the conversations that go on.
   *
   * @param channelIds channels of which some may be direct conversations at rest that the client
   *     comes back to
   * @return the ones that go on, the latest first, and those; of each at most as many as a
   *     connection joins
   */
  public CompletableFuture<List<DirectOpened>> enter(
      Caller caller, Subscriber subscriber, Collection<Long> channelIds) {
    if (!areDeclared()) {
      return CompletableFuture.completedFuture(List.of());
    }
    subscriber.enter(new DirectReader(subscriber, caller, this), this);
    List<Long> ids = List.copyOf(channelIds);
    if (!ids.isEmpty()) {
      return calls.call(() -> find(caller, ids));
    }
    return talking
        .ask(new DirectConversations.Person(caller.org(), caller.user()))
        .thenCompose(
            talks ->
                talks.isEmpty()
                    ? CompletableFuture.completedFuture(List.of())
                    : calls.call(() -> find(caller, ids)));
  }

  private List<DirectOpened> find(Caller caller, List<Long> ids) {
    return conversations.of(caller.org(), caller.user(), ids, settings.directPerConnection).stream()
        .filter(one -> one.pair().isNameableBy(caller.user()))
        .toList();
  }

  private boolean areDeclared() {
    return namespaces.all().stream().anyMatch(one -> one.subscribe() == Access.PAIR);
  }

  /** What the caller may do in the conversation; null when it cannot even name it. */
  public @Nullable Rights rights(Caller caller, DirectOpened conversation) {
    DirectPair pair = conversation.pair();
    if (!pair.isNameableBy(caller.user())) {
      return null;
    }
    ChannelName name = pair.seenBy(caller.user());
    return policy.rightsNow(caller, name);
  }

  void add(DirectReader reader) {
    readers.compute(
        inbox(reader),
        (inbox, known) -> {
          Set<DirectReader> all = known;
          if (all == null) {
            all = ConcurrentHashMap.newKeySet();
            // Nobody waits for it: what is said meanwhile is found by the comparison.
            CompletionStage<?> unused = bus.subscribe(inbox);
          }
          all.add(reader);
          return all;
        });
  }

  void remove(DirectReader reader) {
    readers.computeIfPresent(
        inbox(reader),
        (inbox, all) -> {
          if (!all.remove(reader) || !all.isEmpty()) {
            return all;
          }
          bus.unsubscribe(inbox);
          return null;
        });
  }

  private static ChannelKey inbox(DirectReader reader) {
    return DirectInbox.of(reader.caller().org(), reader.caller().user());
  }

  /** Something was announced in an inbox. */
  void heard(Envelope envelope) {
    try {
      opened(DirectOpened.read(envelope));
    } catch (CommandRejected e) {
      LOG.log(Level.WARNING, "An announcement cannot be read: {0}", e.text());
    }
  }

  private void opened(DirectOpened conversation) {
    DirectPair pair = conversation.pair();
    for (UserId user : new HashSet<>(List.of(pair.one(), pair.other()))) {
      tell(pair.org(), user, conversation);
    }
  }

  private void tell(OrgId org, UserId user, DirectOpened conversation) {
    for (DirectReader reader : readers.getOrDefault(DirectInbox.of(org, user), Set.of())) {
      reader.subscriber().execute(() -> reader.opened(conversation));
    }
  }

  /** Looks in the database for what has not been heard, one look at a time. */
  void check() {
    if (readers.isEmpty()) {
      checkedAt = System.nanoTime();
      return;
    }
    if (!checking.compareAndSet(false, true)) {
      return;
    }
    long now = System.nanoTime();
    Duration since = Duration.ofNanos(now - checkedAt);
    CompletableFuture<?> unused =
        calls
            .call(() -> conversations.openedWithin(since))
            .whenComplete(
                (lately, failure) -> {
                  if (lately != null) {
                    // What there was no time for is looked at next.
                    checkedAt = now - lately.missing().toNanos();
                    lately.opened().forEach(this::opened);
                  }
                  checking.set(false);
                });
  }
}
