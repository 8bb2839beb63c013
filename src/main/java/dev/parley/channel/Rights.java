package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may do in a channel that it may know of, at the moment of the answer.
 *
 * @param channel the channel, of the caller's tenant
 * @param name the name under which this caller knows it; another one than the channel's own in a
 *     direct conversation, which each of the two sees under the other's id
 * @param subscribe whether it may receive messages and read the history
 * @param durable whether there is a history
 * @param seat what the rights rest on when they can be taken back; null when they rest on the
 *     channel's name and the token alone
 */
public record Rights(
    ChannelKey channel,
    ChannelName name,
    boolean subscribe,
    boolean publish,
    boolean durable,
    @Nullable Seat seat) {
  /** The right to read a channel under its own name. */
  public static Rights toRead(ChannelKey channel) {
    return new Rights(channel, channel.name(), true, false, true, null);
  }

  /**
   * These, if they allow to receive messages.
   *
   * @throws CommandRejected with {@code forbidden}
   */
  public Rights requireSubscribe() {
    if (!subscribe) {
      throw CommandRejected.forbidden("channel: you may not receive its messages");
    }
    return this;
  }

  /**
   * These, if they allow to publish.
   *
   * @throws CommandRejected with {@code forbidden}
   */
  public Rights requirePublish() {
    if (!publish) {
      throw CommandRejected.forbidden("channel: you may not publish into it");
    }
    return this;
  }

  /** As the {@code subscribed} reply lists them. */
  public List<String> permissions() {
    List<String> permissions = new ArrayList<>();
    if (subscribe) {
      permissions.add("subscribe");
      if (durable) {
        permissions.add("history");
      }
    }
    if (publish) {
      permissions.add("publish");
    }
    return permissions;
  }
}
