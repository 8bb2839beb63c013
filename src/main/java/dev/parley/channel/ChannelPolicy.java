package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.Operation;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may do what in a channel: the one place that does, for every command on every
 * transport. The algorithm: the channel's namespace must be declared (else {@code not_found});
 * where it asks for members, the room must be there for the caller (else {@code not_found}); then
 * {@link Rules} say yes or no for each operation (else {@code forbidden}). A rule that denies wins,
 * and what no rule grants is not allowed. A caller only ever reaches channels of its own tenant,
 * because the key is made from the caller's tenant and never from input. Any thread.
 */
@ApplicationScoped
public class ChannelPolicy {
  private static final Operation[] OPERATIONS = Operation.values();

  @Inject Namespaces namespaces;
  @Inject RoomAccess rooms;
  @Inject Rules rules;

  /**
   * What the caller may do there; at once unless a room has to be looked up. Never blocks.
   *
   * @return fails with {@code not_found} when the room is not there for the caller
   * @throws CommandRejected with {@code not_found} for an unknown namespace, {@code bad_request}
   *     for what cannot be the name of a direct conversation
   */
  public CompletableFuture<Rights> rights(Caller caller, ChannelName channel) {
    Namespace namespace = namespaces.of(channel);
    if (!asksForMembers(namespace)) {
      return CompletableFuture.completedFuture(decided(namespace, caller, channel, null));
    }
    return rooms
        .standing(new ChannelKey(caller.org(), channel), caller.user())
        .thenApply(standing -> decided(namespace, caller, channel, standing));
  }

  /** The same for who may be kept waiting: blocks while a room is looked up. */
  public Rights rightsNow(Caller caller, ChannelName channel) {
    Namespace namespace = namespaces.of(channel);
    if (!asksForMembers(namespace)) {
      return decided(namespace, caller, channel, null);
    }
    RoomStanding standing = rooms.standingNow(new ChannelKey(caller.org(), channel), caller.user());
    return decided(namespace, caller, channel, standing);
  }

  /**
   * Whether who reads the channel may go on, as far as the token and the rules say: whether they
   * are still in a room is watched all the time by those who deliver. At once.
   */
  public boolean mayReadOn(Caller caller, ChannelName channel) {
    Namespace namespace = namespaces.of(channel);
    RoomStanding member = asksForMembers(namespace) ? RoomStanding.OF_ANYBODY : null;
    return rules.decide(namespace, caller, channel, Operation.SUBSCRIBE, member).allowed();
  }

  /** Whether there are rules that may change while nobody notices. */
  public boolean hasRulesOfTheApplication() {
    return rules.areOfTheApplication();
  }

  /**
   * The rights of who changes what others have written: an {@code admin} has them all, so that
   * there is always somebody who can. Never blocks.
   *
   * @throws CommandRejected as {@link #rights} does
   */
  public CompletableFuture<Rights> rightsToChange(Caller caller, ChannelName channel) {
    if (!caller.has(Caller.ADMIN)) {
      return rights(caller, channel);
    }
    return CompletableFuture.completedFuture(
        new Rights(
            key(caller, channel),
            channel,
            Set.of(OPERATIONS),
            namespaces.of(channel).durable(),
            null));
  }

  /**
   * Whether the caller might do this now, and by which rule, without doing it: nothing comes into
   * being, and nothing is taken from an allowance. May block.
   *
   * @throws CommandRejected with {@code bad_request} for what cannot be the name of a direct
   *     conversation
   */
  public Decision explain(Caller caller, ChannelName channel, Operation operation) {
    if (!namespaces.has(channel)) {
      return Decision.notFound("namespace");
    }
    Namespace namespace = namespaces.of(channel);
    ChannelKey key = key(caller, channel);
    if (!asksForMembers(namespace)) {
      return rules.decide(namespace, caller, channel, operation, null);
    }
    RoomStanding standing = rooms.look(key, caller.user());
    return standing == null
        ? Decision.notFound("room")
        : rules.decide(namespace, caller, channel, operation, standing);
  }

  /**
   * The channel, when the caller may receive its messages. May block.
   *
   * @throws CommandRejected with {@code not_found} or {@code forbidden}
   */
  public ChannelKey toSubscribe(Caller caller, ChannelName channel) {
    return rightsNow(caller, channel).requireSubscribe().channel();
  }

  /**
   * The channel, when the caller may publish into it. May block.
   *
   * @throws CommandRejected with {@code not_found} or {@code forbidden}
   */
  public ChannelKey toPublish(Caller caller, ChannelName channel) {
    return rightsNow(caller, channel).requirePublish().channel();
  }

  /** What the caller may do, as the {@code subscribed} reply lists it. May block. */
  public List<String> permissions(Caller caller, ChannelName channel) {
    return rightsNow(caller, channel).permissions();
  }

  /**
   * Which channel the caller means by this name; says nothing about rights. Never blocks.
   *
   * @throws CommandRejected as {@link #rights} does
   */
  public ChannelKey key(Caller caller, ChannelName channel) {
    return namespaces.of(channel).subscribe() == Access.PAIR
        ? DirectPair.of(caller.org(), caller.user(), channel).key()
        : new ChannelKey(caller.org(), channel);
  }

  private static boolean asksForMembers(Namespace namespace) {
    return namespace.subscribe() == Access.MEMBERS || namespace.publish() == Access.MEMBERS;
  }

  private Rights decided(
      Namespace namespace, Caller caller, ChannelName channel, @Nullable RoomStanding standing) {
    Set<Operation> allowed = EnumSet.noneOf(Operation.class);
    for (Operation operation : OPERATIONS) {
      if (rules.decide(namespace, caller, channel, operation, standing).allowed()) {
        allowed.add(operation);
      }
    }
    Seat seat =
        standing == null ? null : new Seat(standing.roomId(), standing.version(), caller.user());
    return new Rights(key(caller, channel), channel, allowed, namespace.durable(), seat);
  }
}
