package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may do in a channel that it may know of, at the moment of the answer.
 *
 * @param channel the channel, of the caller's tenant
 * @param name the name under which this caller knows it; another one than the channel's own in a
 *     direct conversation, which each of the two sees under the other's id
 * @param allowed what the caller may do; not to be changed
 * @param durable whether there is a history
 * @param seat what the rights rest on when they can be taken back; null when they rest on the
 *     channel's name, the token and the rules alone
 */
public record Rights(
    ChannelKey channel,
    ChannelName name,
    Set<Operation> allowed,
    boolean durable,
    @Nullable Seat seat) {
  /** The right to read a channel under its own name. */
  public static Rights toRead(ChannelKey channel) {
    return new Rights(
        channel,
        channel.name(),
        Set.of(Operation.SUBSCRIBE, Operation.HISTORY, Operation.PRESENCE),
        true,
        null);
  }

  /** Whether they allow this. */
  public boolean allow(Operation operation) {
    return allowed.contains(operation);
  }

  /**
   * These, if they allow to receive messages.
   *
   * @throws CommandRejected with {@code forbidden}
   */
  public Rights requireSubscribe() {
    return require(Operation.SUBSCRIBE, "receive its messages");
  }

  /**
   * These, if they allow to read what is stored.
   *
   * @throws CommandRejected with {@code forbidden}
   */
  public Rights requireHistory() {
    return require(Operation.HISTORY, "read its history");
  }

  /**
   * These, if they allow to see who is there.
   *
   * @throws CommandRejected with {@code forbidden}
   */
  public Rights requirePresence() {
    return require(Operation.PRESENCE, "see who is there");
  }

  /**
   * These, if they allow to publish.
   *
   * @throws CommandRejected with {@code forbidden}
   */
  public Rights requirePublish() {
    return require(Operation.PUBLISH, "publish into it");
  }

  private Rights require(Operation operation, String what) {
    if (!allow(operation)) {
      throw CommandRejected.forbidden("channel: you may not " + what);
    }
    return this;
  }

  /** As the {@code subscribed} reply lists them. */
  public List<String> permissions() {
    List<String> permissions = new ArrayList<>();
    if (allow(Operation.SUBSCRIBE)) {
      permissions.add(Operation.SUBSCRIBE.word());
    }
    if (durable && allow(Operation.HISTORY)) {
      permissions.add(Operation.HISTORY.word());
    }
    if (allow(Operation.PUBLISH)) {
      permissions.add(Operation.PUBLISH.word());
    }
    return permissions;
  }
}
