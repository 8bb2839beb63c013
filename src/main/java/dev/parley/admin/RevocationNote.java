package dev.parley.admin;

import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import dev.parley.security.Revocation;
import java.time.Instant;
import java.util.Locale;

/** What the audit trail says of access that was taken back. */
final class RevocationNote {
  private RevocationNote() {}

  /** Of a token its id is left out: it names nobody. */
  static AuditEvent of(Caller admin, Revocation revocation) {
    Instant until = revocation.until();
    AuditEvent note =
        AuditEvent.by(
            Kind.REVOCATION,
            admin,
            revocation.kind().name().toLowerCase(Locale.ROOT)
                + (until == null ? "" : " until " + until));
    return switch (revocation.kind()) {
      case TOKEN -> note;
      case ADDRESS -> note.from(revocation.subject());
      case DISCONNECT, TOKENS, USER -> note.to(new UserId(revocation.subject()));
    };
  }
}
