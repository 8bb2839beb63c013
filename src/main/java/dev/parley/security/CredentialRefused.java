package dev.parley.security;

import dev.parley.protocol.ErrorCode;

/**
 * Fired as a CDI event for each request that is refused before it reaches anything of Parley.
 *
 * @param address from where it came, as an IP address; empty when nobody knows
 */
public record CredentialRefused(ErrorCode code, String address) {}
