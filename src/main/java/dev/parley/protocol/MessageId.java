package dev.parley.protocol;

import java.util.UUID;

/** A message's name, unique over all channels: a UUID of version 7, so ids sort by time. */
public record MessageId(UUID value) {
  /**
   * The id that {@code text} stands for.
   *
   * @throws CommandRejected with {@link ErrorCode#BAD_REQUEST} when it is not a UUID
   */
  public static MessageId parse(String text) {
    try {
      return new MessageId(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      throw CommandRejected.badRequest("messageId: must be an id that the server has given");
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
