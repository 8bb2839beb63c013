package dev.parley.security;

import dev.parley.protocol.OrgId;
import dev.parley.security.AuditEvent.Kind;
import java.time.Instant;
import java.util.Locale;

/** What the audit trail says of access that was taken back. Of a token its id is left out. */
public final class RevocationNote {
  private RevocationNote() {}

  /** By an administrator. */
  public static AuditEvent by(Caller admin, Revocation revocation) {
    return about(revocation, AuditEvent.by(Kind.REVOCATION, admin, text(revocation)));
  }

  /** By an application that has fired it, of which nobody knows for whom it acts. */
  static AuditEvent byEvent(Revocation revocation) {
    AuditEvent note = AuditEvent.unknown(Kind.REVOCATION, text(revocation) + ", by event");
    OrgId org = revocation.org();
    return about(revocation, org == null ? note : note.in(org));
  }

  private static String text(Revocation revocation) {
    Instant until = revocation.until();
    return revocation.kind().name().toLowerCase(Locale.ROOT)
        + (until == null ? "" : " until " + until);
  }

  private static AuditEvent about(Revocation revocation, AuditEvent note) {
    return switch (revocation.kind()) {
      case TOKEN -> note;
      case ADDRESS -> note.from(revocation.subject());
      case DISCONNECT, TOKENS, USER -> note.to(revocation.subject());
    };
  }
}
