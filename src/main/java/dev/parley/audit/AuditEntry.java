package dev.parley.audit;

/**
 * A link of the chain.
 *
 * @param number 1 for the first of all, then without gaps
 * @param hash over the entry before it, the number, and the record without what can be erased
 */
public record AuditEntry(long number, AuditRecord entry, String hash) {
  /** The entry that comes after the one with the hash {@code previous}. */
  static AuditEntry after(String previous, long number, AuditRecord entry) {
    return new AuditEntry(number, entry, AuditChain.next(previous, number, entry));
  }
}
