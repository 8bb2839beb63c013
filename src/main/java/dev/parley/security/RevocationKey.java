package dev.parley.security;

import dev.parley.protocol.OrgId;

/** Under what a {@link Revocation} is known. */
record RevocationKey(Revocation.Kind kind, String org, String subject) {
  static RevocationKey of(Revocation.Kind kind, OrgId org, String subject) {
    return new RevocationKey(kind, org.value(), subject);
  }
}
