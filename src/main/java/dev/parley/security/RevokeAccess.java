package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.security.Revocation.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Takes something back: stores it, in the caller's transaction or in one of its own, and has every
 * node look once that has committed. Blocks on the database; any thread.
 */
@ApplicationScoped
public class RevokeAccess {
  /** For how long a node may be away from the database and still disconnect somebody afterwards. */
  private static final Duration DISCONNECT = Duration.ofMinutes(5);

  @Inject RevocationStore store;
  @Inject SecuritySettings settings;
  @Inject Clock clock;
  @Inject Event<RevocationStored> stored;
  @Inject Event<AuditEvent> audit;

  /**
   * Takes it back.
   *
   * @throws CommandRejected with {@code bad_request} for a subject that is too long, {@code
   *     limit_exceeded} when there are too many
   */
  @Transactional
  public void revoke(@Observes Revocation revocation) {
    if (revocation.kind() != Kind.TOKEN && revocation.subject().length() > Revocation.MAX_SUBJECT) {
      throw CommandRejected.badRequest("subject: must have at most 255 characters");
    }
    store.put(revocation, until(revocation), settings.maxRevocations);
    stored.fire(new RevocationStored());
  }

  /**
   * What an application has fired is in the audit trail once it holds; who calls {@link #revoke}
   * says more, and does so by itself.
   */
  void note(@Observes(during = TransactionPhase.AFTER_SUCCESS) Revocation revocation) {
    audit.fire(RevocationNote.byEvent(revocation));
  }

  private Instant until(Revocation revocation) {
    Instant until = revocation.until();
    if (until != null) {
      return until;
    }
    return clock
        .instant()
        .plus(revocation.kind() == Kind.DISCONNECT ? DISCONNECT : settings.revocationRetention);
  }
}
