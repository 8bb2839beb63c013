package dev.parley.audit;

/**
 * From where to where the chain goes.
 *
 * @param removed how many entries retention has removed: the first that is kept has the next number
 * @param removedHash the hash of the last one that was removed
 * @param last the number of the newest entry
 * @param lastHash its hash
 */
public record AuditHead(long removed, String removedHash, long last, String lastHash) {
  static final AuditHead EMPTY = new AuditHead(0, AuditChain.BEGINNING, 0, AuditChain.BEGINNING);
}
