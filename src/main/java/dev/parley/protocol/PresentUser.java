package dev.parley.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Somebody as the others in a channel see them.
 *
 * @param info what they say about themselves; null when nothing
 */
public record PresentUser(UserRef user, PresenceStatus status, @Nullable String info) {}
