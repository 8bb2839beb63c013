package dev.parley.security;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revocation as an operator sees it.
 *
 * @param subject the user, the address, or the fingerprint of a token's id
 * @param issuedBefore until when tokens that do not count were issued; null for other kinds
 * @param until when it ends
 */
public record Block(
    Revocation.Kind kind, String subject, @Nullable Instant issuedBefore, Instant until) {}
