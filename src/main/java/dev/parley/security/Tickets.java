package dev.parley.security;

import dev.parley.platform.Ids;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Single-use credentials for addresses: browsers can set no header on a WebSocket or an {@code
 * EventSource}, and a token in an address would live in logs for its whole life.
 *
 * <p>A ticket is redeemed once, by whichever node is asked first, within its short life. It stands
 * for the caller that has asked for it: the same roles, and the same end as the caller's token.
 * Transactional; any thread.
 */
@Stateless
public class Tickets {
  private static final int RANDOM_BYTES = 32;

  @PersistenceContext(unitName = "parley")
  EntityManager entities;

  @Inject SecuritySettings settings;
  @Inject Clock clock;
  @Inject Ids ids;

  /**
   * A new ticket for this caller.
   *
   * @throws CommandRejected with {@code limit_exceeded} when too many of this user's wait; two
   *     requests at the same moment may pass the limit by one
   */
  public String issue(Caller caller) {
    Instant now = clock.instant();
    if (waiting(caller, now) >= settings.ticketsPerUser) {
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED,
          "tickets: at most " + settings.ticketsPerUser + " may wait to be redeemed",
          settings.ticketTtl.toMillis(),
          null);
    }
    String ticket = ids.random(RANDOM_BYTES);
    entities.persist(new Ticket(ticket, caller, now.plus(settings.ticketTtl)));
    return ticket;
  }

  /** How long a ticket waits. */
  public Duration life() {
    return settings.ticketTtl;
  }

  /**
   * The caller whom the ticket stands for, and the end of the ticket.
   *
   * @throws CommandRejected with {@code unauthorized} when it is unknown, used or too old, and with
   *     {@code token_expired} when the caller's token has ended meanwhile
   */
  public Caller redeem(String ticket) {
    String hash = Ticket.hash(ticket);
    Instant now = clock.instant();
    String claims = claims(hash);
    int deleted =
        entities
            .createQuery("delete from Ticket t where t.hash = :hash and t.expiresAt > :now")
            .setParameter("hash", hash)
            .setParameter("now", now)
            .executeUpdate();
    // The database decides between two that come at once: only one of them deletes the row.
    if (claims == null || deleted != 1) {
      throw new CommandRejected(ErrorCode.UNAUTHORIZED, "ticket: is unknown, used or too old");
    }
    Caller caller = CallerFactory.read(claims);
    if (CallerFactory.isExpired(caller, now)) {
      throw new CommandRejected(ErrorCode.TOKEN_EXPIRED, "ticket: its token has expired");
    }
    return caller;
  }

  /** Removes tickets that nobody has redeemed in time. Meant to be called every few minutes. */
  public int removeExpired() {
    return entities
        .createQuery("delete from Ticket t where t.expiresAt <= :now")
        .setParameter("now", clock.instant())
        .executeUpdate();
  }

  private @Nullable String claims(String hash) {
    return entities
        .createQuery("select t.claims from Ticket t where t.hash = :hash", String.class)
        .setParameter("hash", hash)
        .getResultStream()
        .findFirst()
        .orElse(null);
  }

  private long waiting(Caller caller, Instant now) {
    return entities
        .createQuery(
            "select count(t) from Ticket t"
                + " where t.org = :org and t.user = :user and t.expiresAt > :now",
            Long.class)
        .setParameter("org", caller.org().value())
        .setParameter("user", caller.user().value())
        .setParameter("now", now)
        .getSingleResult();
  }
}
