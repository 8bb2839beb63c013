package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The two people of a direct conversation; one person twice for notes to oneself. Each sees it
 * under the other's id, {@code direct:bob} or {@code direct:ann}; the log, the bus and the fan-out
 * know it under one name for both. Any thread.
 *
 * <p>That name is {@code direct:ann~~bob}, in the order of the ids. No client can name it: behind a
 * {@code ~} an escaped id has two hex digits, so {@code ~~} is in no id, and {@code direct:} with
 * anything but an escaped id is refused. Ids that are too long together are hashed.
 *
 * @param one the first in the order of ids
 */
public record DirectPair(OrgId org, UserId one, UserId other) {
  /** The namespace of direct conversations. */
  public static final String NAMESPACE = "direct";

  private static final String PREFIX = NAMESPACE + ":";
  private static final String BETWEEN = "~~";

  public DirectPair {
    if (one.value().compareTo(other.value()) > 0) {
      UserId first = other;
      other = one;
      one = first;
    }
  }

  /**
   * The pair of a person and of the one behind the colon of this name.
   *
   * @throws CommandRejected with {@code bad_request} when no escaped id stands there
   */
  public static DirectPair of(OrgId org, UserId self, ChannelName seenAs) {
    return new DirectPair(org, self, peer(seenAs));
  }

  private static UserId peer(ChannelName seenAs) {
    UserId peer = unescaped(seenAs.local());
    if (!peer.asChannelPart().equals(seenAs.local())) {
      throw refused();
    }
    return peer;
  }

  private static UserId unescaped(String local) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(local.length());
    for (int i = 0; i < local.length(); i++) {
      char c = local.charAt(i);
      if (c != '~') {
        bytes.write(c);
        continue;
      }
      if (i + 2 >= local.length()) {
        throw refused();
      }
      int high = Character.digit(local.charAt(++i), 16);
      int low = Character.digit(local.charAt(++i), 16);
      if (high < 0 || low < 0) {
        throw refused();
      }
      bytes.write(16 * high + low);
    }
    try {
      return new UserId(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      throw refused();
    }
  }

  private static CommandRejected refused() {
    return CommandRejected.badRequest(
        "channel: behind direct: stands a user's id, with ~ and two hex digits in capitals for each"
            + " byte that names do not have");
  }

  /** The conversation as the log knows it. */
  public ChannelKey key() {
    String readable = PREFIX + one.asChannelPart() + BETWEEN + other.asChannelPart();
    String name =
        readable.length() <= ChannelName.MAX_LENGTH
            ? readable
            : PREFIX + BETWEEN + hash(one.value() + "\0" + other.value());
    return new ChannelKey(org, new ChannelName(name));
  }

  /**
   * The name under which {@code self} knows the conversation of this key; null when its name is a
   * hash, or it is not theirs.
   */
  public static @Nullable ChannelName seenBy(ChannelKey key, UserId self) {
    String both = key.name().local();
    String own = self.asChannelPart();
    String peer =
        both.startsWith(own + BETWEEN)
            ? both.substring(own.length() + BETWEEN.length())
            : both.endsWith(BETWEEN + own)
                ? both.substring(0, both.length() - own.length() - BETWEEN.length())
                : "";
    return ChannelName.isValid(PREFIX + peer) ? new ChannelName(PREFIX + peer) : null;
  }

  /** A short name for ids that are too long together. */
  static String hash(String ids) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(ids.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The other one, as {@code self} sees it; oneself in notes to oneself. */
  public UserId peerOf(UserId self) {
    return self.equals(one) ? other : one;
  }

  /** Whether {@code self} can name the conversation: long ids of strange characters do not fit. */
  public boolean isNameableBy(UserId self) {
    return ChannelName.isValid(PREFIX + peerOf(self).asChannelPart());
  }

  /** The name under which {@code self} knows the conversation. */
  public ChannelName seenBy(UserId self) {
    return new ChannelName(PREFIX + peerOf(self).asChannelPart());
  }
}
