package dev.parley.message;

import dev.parley.channel.RoomEvent;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.UserRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way into the log. Public for the reason given at {@link Outcome}.
 *
 * @param id given before the first attempt, so that a retry after a commit of unknown outcome can
 *     find out whether it is stored already
 * @param change null for a message
 */
public record Append(
    ChannelKey channel, UserRef author, Publish publish, MessageId id, @Nullable Change change) {
  /** A message. */
  public Append(ChannelKey channel, UserRef author, Publish publish, MessageId id) {
    this(channel, author, publish, id, null);
  }

  /** A change of a message; {@code key} makes it happen once. */
  static Append of(
      ChannelKey channel,
      UserRef author,
      Change change,
      MessageId id,
      @Nullable IdempotencyKey key) {
    Publish publish = new Publish(channel.name(), change.kind().event(), JsonText.NULL, key, false);
    return new Append(channel, author, publish, id, change);
  }

  /**
   * What its entry is. What happens to a room, and that somebody was erased, is told by the server,
   * as a message of the channel.
   */
  EntryKind kind() {
    if (change != null) {
      return change.kind();
    }
    boolean told =
        channel.name().namespace().equals("room") && RoomEvent.isReserved(publish.event());
    return told || MessageErasure.isReserved(publish.event())
        ? EntryKind.NOTICE
        : EntryKind.MESSAGE;
  }

  /** The key under which a repetition is recognised; null when the caller gave none. */
  @Nullable String keyHash(long channelId) {
    if (publish.key() == null) {
      return null;
    }
    return hash(channelId + "\n" + author.id() + "\n" + publish.key().value());
  }

  /** What must be the same for two publishes under one key. */
  String bodyHash() {
    if (change != null) {
      return hash(change.content());
    }
    String content = publish.event().value() + "\n" + publish.data().value();
    if (publish.replyTo() != null || publish.confirm() || !publish.mentions().isEmpty()) {
      content += "\n" + publish.replyTo() + "\n" + publish.confirm() + "\n" + publish.mentions();
    }
    return hash(content);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
