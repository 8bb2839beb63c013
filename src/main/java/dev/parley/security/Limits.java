package dev.parley.security;

import org.jspecify.annotations.Nullable;

/**
 * What a token says about how often and how many, in its claim {@code limits}; null where it says
 * nothing. The configuration bounds what a token may say.
 *
 * @param publish messages a second
 * @param commands commands a second on one connection
 * @param connections connections on one node
 * @param channels channels of one connection
 */
public record Limits(
    @Nullable Integer publish,
    @Nullable Integer commands,
    @Nullable Integer connections,
    @Nullable Integer channels) {
  /** Nothing is said. */
  public static final Limits NONE = new Limits(null, null, null, null);

  /** What counts where a token may say something, but no more than {@code max}. */
  public static int of(@Nullable Integer said, int absent, int max) {
    return said == null ? absent : Math.min(said, max);
  }
}
