package dev.parley.security;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;

/** A ticket that waits to be redeemed. Only its hash is kept. */
@Entity
@Table(name = "ticket")
class Ticket {
  @Id
  @Column(name = "ticket_hash", length = 43)
  private String hash;

  @Column(nullable = false)
  private String org;

  @Column(name = "user_id", nullable = false)
  private String user;

  @Column(nullable = false, length = 32_768)
  private String claims;

  @Column(name = "expires_at", nullable = false)
  private Instant expiresAt;

  protected Ticket() {}

  Ticket(String ticket, Caller caller, Instant expiresAt) {
    this.hash = hash(ticket);
    this.org = caller.org().value();
    this.user = caller.user().value();
    this.claims = CallerFactory.write(caller);
    this.expiresAt = expiresAt;
  }

  /** SHA-256 in base64url. No salt: tickets are random, nobody can try them all. */
  static String hash(String ticket) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
