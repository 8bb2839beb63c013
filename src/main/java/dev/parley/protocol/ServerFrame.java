package dev.parley.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server says: a reply when it is sent with a command's id, a push without one. */
public sealed interface ServerFrame {
  /** The connection is authenticated and may send commands. */
  record Connected(
      String connectionId,
      String node,
      UserRef user,
      String org,
      Instant expiresAt,
      int pingSeconds,
      int maxPayload,
      List<ChannelName> channels,
      Map<ChannelName, StreamPosition> positions,
      Map<ChannelName, Boolean> recovered)
      implements ServerFrame {}

  /**
   * Live from {@code position} on; {@code messages} come before it, each as its push was encoded
   * once for everybody. A channel that stores nothing has no position.
   */
  record Subscribed(
      ChannelName channel,
      @Nullable StreamPosition position,
      boolean recovered,
      boolean wasRecovering,
      List<JsonText> messages,
      List<String> permissions,
      @Nullable String reason)
      implements ServerFrame {}

  /** No longer subscribed: as asked, or by the server with its reason. */
  record Unsubscribed(ChannelName channel, @Nullable String reason) implements ServerFrame {}

  /** The message is stored; without a position: it is on its way, in a channel that stores none. */
  record Published(
      ChannelName channel,
      MessageId messageId,
      @Nullable StreamPosition position,
      Instant time,
      boolean duplicate)
      implements ServerFrame {
    /** The same to somebody who knows the channel under this name. */
    public Published in(ChannelName name) {
      return name.equals(channel)
          ? this
          : new Published(name, messageId, position, time, duplicate);
    }
  }

  /**
   * A message has been changed by the entry at {@code position} of its channel's log.
   *
   * @param type {@code updated}, {@code deleted} or {@code reacted}
   * @param messageId the message that was changed
   * @param duplicate whether it had been so before, by an earlier entry
   */
  record Changed(
      String type,
      ChannelName channel,
      MessageId messageId,
      StreamPosition position,
      Instant time,
      boolean duplicate)
      implements ServerFrame {}

  /**
   * Somebody has confirmed a message that asks for it: a reply to them, a push to its author.
   *
   * @param duplicate whether they had done so before
   */
  record Confirmation(
      ChannelName channel, MessageId messageId, UserRef user, Instant time, boolean duplicate)
      implements ServerFrame {}

  /** What the caller was asked to confirm and has not, the oldest first. */
  record Unconfirmed(List<MessagePush> messages) implements ServerFrame {}

  /**
   * How far a person has received and read a channel.
   *
   * @param user whose watermarks they are
   * @param delivered everything up to it was received; null when that has not changed
   * @param read everything up to it was seen; null when that has not changed
   * @param unread how many messages are left; only for the person themselves
   * @param asOf the last entry of the channel that {@code unread} takes into account
   */
  record Receipt(
      ChannelName channel,
      UserRef user,
      @Nullable Long delivered,
      @Nullable Long read,
      @Nullable Long unread,
      @Nullable Long asOf)
      implements ServerFrame {}

  /** A page of stored messages; {@code next} is the cursor of the page behind it. */
  record HistoryPage(ChannelName channel, List<MessagePush> messages, @Nullable String next)
      implements ServerFrame {}

  /** The connection now lives until {@code expiresAt}. */
  record Refreshed(Instant expiresAt) implements ServerFrame {}

  /** Yes, the server is there. */
  record Pong() implements ServerFrame {}

  /** One command failed, or (without an id) something that no command asked for. */
  record ErrorReply(ErrorCode code, String message, long retryAfterMs) implements ServerFrame {
    public static ErrorReply of(CommandRejected rejected) {
      return new ErrorReply(rejected.code(), rejected.text(), rejected.retryAfterMs());
    }
  }

  /** The token ends soon: send {@code refresh}. */
  record TokenExpiring(long expiresInSeconds) implements ServerFrame {}

  /** The node is about to stop: go now, and come back, to whatever node, after so long. */
  record Draining(long reconnectInMs) implements ServerFrame {}

  /** One stored message. */
  record MessagePush(
      ChannelName channel,
      StreamPosition position,
      MessageId messageId,
      EventName event,
      JsonText data,
      UserRef user,
      Instant time,
      Marks marks)
      implements ServerFrame {
    /** One that nothing more is to be said about. */
    public MessagePush(
        ChannelName channel,
        StreamPosition position,
        MessageId messageId,
        EventName event,
        JsonText data,
        UserRef user,
        Instant time) {
      this(channel, position, messageId, event, data, user, time, Marks.NONE);
    }

    /** The same with other marks. */
    public MessagePush with(Marks other) {
      return new MessagePush(channel, position, messageId, event, data, user, time, other);
    }

    /** The same to somebody who knows the channel under this name. */
    public MessagePush in(ChannelName name) {
      return name.equals(channel)
          ? this
          : new MessagePush(name, position, messageId, event, data, user, time, marks);
    }
  }

  /** One message of a channel that stores none: it has no position and cannot be recovered. */
  record EphemeralPush(
      ChannelName channel,
      MessageId messageId,
      EventName event,
      JsonText data,
      UserRef user,
      Instant time)
      implements ServerFrame {}
}
