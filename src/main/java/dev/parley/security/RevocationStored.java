package dev.parley.security;

/**
 * Something was added to the table of revocations, or changed there. Fired inside the transaction:
 * observe it {@code AFTER_SUCCESS}.
 */
public record RevocationStored() {}
