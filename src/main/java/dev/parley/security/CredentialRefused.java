package dev.parley.security;

import dev.parley.protocol.ErrorCode;

/** Fired as a CDI event for each request that is refused before it reaches anything of Parley. */
public record CredentialRefused(ErrorCode code) {}
