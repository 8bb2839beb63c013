package dev.parley.protocol;

import org.jspecify.annotations.Nullable;

/** How a person appears in pushes: stamped by the server from the token, never from a payload. */
public record UserRef(String id, @Nullable String name) {}
