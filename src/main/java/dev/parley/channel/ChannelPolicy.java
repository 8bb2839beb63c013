package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Decides who may do what in a channel. The algorithm: the channel's namespace must be declared
 * (else {@code not_found}); the namespace's rule for the operation must admit the caller (else
 * {@code forbidden}); where the rule asks for members, the room must be there for the caller (else
 * {@code not_found}). A caller only ever reaches channels of its own tenant, because the key is
 * made from the caller's tenant and never from input. Any thread.
 */
@ApplicationScoped
public class ChannelPolicy {
  @Inject Namespaces namespaces;
  @Inject RoomAccess rooms;

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
      return CompletableFuture.completedFuture(byName(namespace, caller, channel));
    }
    return rooms
        .standing(new ChannelKey(caller.org(), channel), caller.user())
        .thenApply(standing -> inRoom(namespace, caller, channel, standing));
  }

  /** The same for who may be kept waiting: blocks while a room is looked up. */
  public Rights rightsNow(Caller caller, ChannelName channel) {
    Namespace namespace = namespaces.of(channel);
    if (!asksForMembers(namespace)) {
      return byName(namespace, caller, channel);
    }
    RoomStanding standing = rooms.standingNow(new ChannelKey(caller.org(), channel), caller.user());
    return inRoom(namespace, caller, channel, standing);
  }

  /**
   * The channel, when the caller may receive its messages and read its history. May block.
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

  private Rights byName(Namespace namespace, Caller caller, ChannelName channel) {
    boolean named = namespace.subscribe() != Access.ORG || Access.ORG.admits(caller, channel);
    return new Rights(
        key(caller, channel),
        channel,
        namespace.subscribe().admits(caller, channel),
        named && namespace.publish().admits(caller, channel),
        namespace.durable(),
        null);
  }

  private static Rights inRoom(
      Namespace namespace, Caller caller, ChannelName channel, RoomStanding standing) {
    boolean reads =
        namespace.subscribe() == Access.MEMBERS
            ? standing.reads()
            : namespace.subscribe().admits(caller, channel);
    boolean publishes =
        namespace.publish() == Access.MEMBERS
            ? standing.publishes()
            : !standing.archived() && namespace.publish().admits(caller, channel);
    return new Rights(
        new ChannelKey(caller.org(), channel),
        channel,
        reads,
        publishes,
        namespace.durable(),
        new Seat(standing.roomId(), standing.version(), caller.user()));
  }
}
