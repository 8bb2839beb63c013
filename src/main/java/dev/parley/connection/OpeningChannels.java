package dev.parley.connection;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.DirectPair;
import dev.parley.channel.Namespaces;
import dev.parley.channel.Rights;
import dev.parley.connection.ConnectionOpener.Start;
import dev.parley.delivery.DeliverySettings;
import dev.parley.delivery.DirectInboxes;
import dev.parley.delivery.JoinRequest;
import dev.parley.delivery.Positions;
import dev.parley.delivery.Subscriber;
import dev.parley.message.Cursors.Entry;
import dev.parley.message.DirectOpened;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.Operation;
import dev.parley.protocol.StreamPosition;
import dev.parley.ratelimit.Refusals;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Which channels a connection joins when it opens, and from where: its caller's own, those that the
 * client asks for, and the direct conversations that go on. Any thread; never blocks.
 */
@ApplicationScoped
class OpeningChannels {
  @Inject Namespaces namespaces;
  @Inject ChannelPolicy policy;
  @Inject DirectInboxes directs;
  @Inject Positions positions;
  @Inject DeliverySettings delivery;
  @Inject Refusals refusals;

  /** What is to be joined; the direct conversations among it once more. */
  record Opening(List<JoinRequest> requests, List<DirectOpened> direct) {}

  /** What is known so far, while it is looked for. */
  private record Wanted(
      Map<ChannelKey, Rights> channels,
      Map<ChannelKey, StreamPosition> stated,
      Map<Long, Entry> entries) {}

  /**
   * Finds them; from now on the subscriber hears of direct conversations that begin to go on.
   *
   * @throws CommandRejected with {@code bad_request} for a bad cursor, {@code limit_exceeded} for
   *     too many channels
   */
  CompletableFuture<Opening> find(Caller caller, Subscriber subscriber, Start start) {
    Set<ChannelName> own = new LinkedHashSet<>(namespaces.serverSubscribed(caller));
    own.removeAll(start.channels().keySet());
    if (own.size() + start.channels().size() > delivery.channels(caller)) {
      // Known before anything is joined, so a stream can still answer with a status.
      throw refusals.tooMany(
          "channels", caller, "channels: a connection has at most " + delivery.channels(caller));
    }
    Wanted wanted =
        new Wanted(
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            positions.entries(caller, start.cursor()));
    own.forEach(name -> addIfAllowed(wanted, policy.rightsNow(caller, name)));
    start.channels().values().forEach(rights -> add(wanted, rights));
    start.positions().forEach((name, at) -> wanted.stated.put(key(caller, name), at));
    return directs
        .enter(caller, subscriber, wanted.entries.keySet())
        .thenCompose(
            found -> {
              addDirect(caller, start, found, wanted);
              List<DirectOpened> direct =
                  found.stream()
                      .filter(one -> wanted.channels.containsKey(one.pair().key()))
                      .toList();
              return positions
                  .requests(List.copyOf(wanted.channels.values()), wanted.stated, wanted.entries)
                  .thenApply(requests -> new Opening(requests, direct));
            });
  }

  /** What the server joins by itself is no error when it is not allowed. */
  private static boolean addIfAllowed(Wanted wanted, Rights rights) {
    return rights.allow(Operation.SUBSCRIBE) && add(wanted, rights);
  }

  private static boolean add(Wanted wanted, Rights rights) {
    return wanted.channels.putIfAbsent(rights.channel(), rights) == null;
  }

  /** A position of a channel that is not joined counts for nothing, whatever its name. */
  private ChannelKey key(Caller caller, ChannelName name) {
    return isDirect(name) ? policy.key(caller, name) : new ChannelKey(caller.org(), name);
  }

  private static boolean isDirect(ChannelName name) {
    return name.namespace().equals(DirectPair.NAMESPACE);
  }

  /**
   * The direct conversations for which the client says where it stands, by position or cursor, and
   * behind them those that go on, all while there is room. Who comes back and does not know one
   * that goes on was not there when it began: it is told all since.
   */
  private void addDirect(Caller caller, Start start, List<DirectOpened> found, Wanted wanted) {
    for (ChannelName name : start.positions().keySet()) {
      if (isDirect(name) && hasRoom(wanted)) {
        add(wanted, policy.rightsNow(caller, name).requireSubscribe());
      }
    }
    Comparator<DirectOpened> knownFirst =
        Comparator.comparing(one -> !wanted.entries.containsKey(one.channelId()));
    for (DirectOpened one : found.stream().sorted(knownFirst).toList()) {
      Rights rights = hasRoom(wanted) ? directs.rights(caller, one) : null;
      boolean added = rights != null && addIfAllowed(wanted, rights);
      if (added && start.isReturn() && !wanted.entries.containsKey(one.channelId())) {
        wanted.stated.putIfAbsent(one.pair().key(), one.before());
      }
    }
  }

  private boolean hasRoom(Wanted wanted) {
    long direct = wanted.channels.keySet().stream().filter(key -> isDirect(key.name())).count();
    return direct < delivery.directPerConnection;
  }
}
