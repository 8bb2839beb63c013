package dev.parley.presence;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Namespaces;
import dev.parley.channel.Rights;
import dev.parley.cluster.UserKey;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.PresenceStatus;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says who is in a channel, and how reachable somebody is. Nobody sees beyond their tenant, because
 * keys are made from the caller's tenant and never from input. Any thread.
 */
@ApplicationScoped
class ReadPresence {
  /** People of one question. */
  static final int MAX_USERS = 100;

  /** Largest page of a channel's people. */
  static final int MAX_PAGE = 100;

  @Inject ChannelPolicy policy;
  @Inject Namespaces namespaces;
  @Inject Rooms rooms;
  @Inject People people;
  @Inject LastSeenStore seen;
  @Inject PresenceSettings settings;
  @Inject Clock clock;

  /** A person, their devices, and when they were last here; null when nobody knows. */
  record Seen(PresentUser user, @Nullable Instant lastSeen, List<DeviceInfo> devices) {}

  /**
   * Everybody in the channel. Never blocks.
   *
   * @return fails with {@code not_found}, {@code forbidden}, {@code bad_request} in a channel
   *     without presence, {@code too_large} when there are too many for one answer
   * @throws CommandRejected the same, when it is known at once
   */
  CompletionStage<List<PresentUser>> all(Caller caller, ChannelName name) {
    return policy.rights(caller, name).thenApply(rights -> everybody(channel(rights)));
  }

  private List<PresentUser> everybody(ChannelKey channel) {
    PresencePage page = rooms.page(channel, "", settings.maxMembers);
    if (page.next() != null) {
      throw new CommandRejected(
          ErrorCode.TOO_LARGE,
          "channel: more than " + settings.maxMembers + " people are there; ask over HTTP");
    }
    return page.users();
  }

  /**
   * Some of those in the channel, by id. May block.
   *
   * @param after the id behind which the page begins; empty for the first
   * @throws CommandRejected as {@link #all} fails, and with {@code bad_request} for a page that is
   *     too large
   */
  PresencePage page(Caller caller, ChannelName name, String after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw CommandRejected.badRequest("limit: must be from 1 to " + MAX_PAGE);
    }
    return rooms.page(channel(policy.rightsNow(caller, name)), after, limit);
  }

  private ChannelKey channel(Rights rights) {
    ChannelKey channel = rights.requirePresence().channel();
    if (!namespaces.of(rights.name()).presence()) {
      throw CommandRejected.badRequest("channel: has no presence");
    }
    return channel;
  }

  /**
   * How reachable these people are, in this order. Somebody whom nobody knows is offline. Blocks.
   *
   * @throws CommandRejected with {@code bad_request} when there are none or too many
   */
  List<Seen> users(Caller caller, Set<UserId> users) {
    if (users.isEmpty() || users.size() > MAX_USERS) {
      throw CommandRejected.badRequest("users: must be 1 to " + MAX_USERS + " ids");
    }
    List<UserId> offline =
        users.stream()
            .filter(user -> people.find(new UserKey(caller.org(), user)) == null)
            .toList();
    Map<UserId, Instant> lastSeen = offline.isEmpty() ? Map.of() : seen.read(caller.org(), offline);
    List<Seen> all = new ArrayList<>(users.size());
    for (UserId user : users) {
      Merged merged = people.find(new UserKey(caller.org(), user));
      all.add(
          merged == null
              ? new Seen(offline(user), lastSeen.get(user), List.of())
              : new Seen(merged.user(), clock.instant(), merged.devices()));
    }
    return all;
  }

  private static PresentUser offline(UserId user) {
    return new PresentUser(new UserRef(user.value(), null), PresenceStatus.OFFLINE, null);
  }
}
