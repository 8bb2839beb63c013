package dev.parley.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How entries hold on to each other: SHA-256 in hexadecimal. Any thread. */
final class AuditChain {
  /** What the first entry of all comes after. */
  static final String BEGINNING = "0".repeat(64);

  private AuditChain() {}

  /** The hash of the entry that comes after the one with the hash {@code previous}. */
  static String next(String previous, long number, AuditRecord record) {
    return hash(
        "entry",
        previous,
        Long.toString(number),
        Long.toString(record.time().toEpochMilli()),
        record.kind(),
        record.org(),
        record.commitment());
  }

  /** Each text has its length before it, so that no two lists look alike. */
  static String hash(String... texts) {
    MessageDigest digest = sha256();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
