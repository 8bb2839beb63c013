package dev.parley.cluster;

/**
 * The key that all nodes share and nobody else has. Another package keeps it, because this one
 * knows nothing of the database.
 */
public interface BusSecret {
  /** The key, at least 16 bytes. May block, and fails while the database is away. */
  byte[] key();
}
