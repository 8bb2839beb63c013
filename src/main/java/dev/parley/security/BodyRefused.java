package dev.parley.security;

import org.jspecify.annotations.Nullable;

/**
 * A request's body was refused because too many are under way; fired as a CDI event by the thread
 * of the request.
 *
 * @param limit which limit has refused it
 * @param caller whose request it is; null while nobody is known
 * @param address from where
 */
public record BodyRefused(String limit, @Nullable Caller caller, ClientAddress address) {}
