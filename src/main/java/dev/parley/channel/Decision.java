package dev.parley.channel;

import dev.parley.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Whether something is allowed, and which rule said so.
 *
 * @param rule the name of a setting, {@code room}, {@code token} or the name of a {@link
 *     ChannelAuthorizer}; {@code default} when no rule had anything to say
 * @param refusal how a command is refused; null when it is allowed
 */
public record Decision(boolean allowed, String rule, @Nullable ErrorCode refusal) {
  static final String DEFAULT = "default";

  static Decision yes(String rule) {
    return new Decision(true, rule, null);
  }

  static Decision no(String rule) {
    return new Decision(false, rule, ErrorCode.FORBIDDEN);
  }

  static Decision notFound(String rule) {
    return new Decision(false, rule, ErrorCode.NOT_FOUND);
  }
}
