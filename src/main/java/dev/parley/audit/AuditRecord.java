package dev.parley.audit;

import dev.parley.security.AuditEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says, before or after it has its place in the chain.
 *
 * @param time when it happened, in milliseconds: what the database keeps
 * @param kind as {@link AuditEvent.Kind#text} has it
 * @param org the tenant; empty when there is none
 * @param salt null when the content was erased
 * @param content null when it was erased
 */
public record AuditRecord(
    Instant time,
    String kind,
    String org,
    String commitment,
    @Nullable String salt,
    @Nullable AuditContent content) {

  /** Of something that happened now. */
  static AuditRecord of(AuditEvent event, Instant now, String salt) {
    AuditContent content = AuditContent.of(event);
    return new AuditRecord(
        now.truncatedTo(ChronoUnit.MILLIS),
        event.kind().text(),
        event.org(),
        content.commitment(salt),
        salt,
        content);
  }

  /** The same with nothing left of its content. */
  AuditRecord erased() {
    return new AuditRecord(time, kind, org, commitment, null, null);
  }

  /** Whether its content was removed as it should be: all of it, and the salt with it. */
  boolean isErased() {
    return salt == null && content == null;
  }

  /** Whether the content is the one that was committed to, or was erased. */
  boolean isAsCommitted() {
    return isErased()
        || (salt != null && content != null && content.commitment(salt).equals(commitment));
  }
}
