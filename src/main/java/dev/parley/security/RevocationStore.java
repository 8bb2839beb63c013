package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;

/**
 * The table of revocations. Each write has the next version, taken under one row lock, so that
 * versions become visible in their order: who has read up to one has missed nothing before it.
 * Transactional; blocks.
 */
@Stateless
public class RevocationStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /**
   * Stores what is said.
   *
   * @throws CommandRejected with {@code limit_exceeded} when there are {@code max} others
   */
  public void put(Revocation revocation, Instant until, int max) {
    RevocationKey key = revocation.key();
    long version = nextVersion();
    RevocationRow row = em.find(RevocationRow.class, new RevocationRow.Id(key));
    if (row == null) {
      if (count() >= max) {
        throw new CommandRejected(
            ErrorCode.LIMIT_EXCEEDED, "at most " + max + " revocations are kept");
      }
      row = new RevocationRow(key);
      em.persist(row);
    }
    row.say(revocation.issuedBefore(), until, version);
  }

  /** The version of the latest; a change moves it. */
  public long version() {
    return ((Number)
            em.createNativeQuery("select version from revocation_version where id = 1")
                .getSingleResult())
        .longValue();
  }

  /** What has been said behind this version, in that order. */
  public List<RevocationRow> after(long version, int limit) {
    return em.createQuery(
            "select r from RevocationRow r where r.version > :version order by r.version",
            RevocationRow.class)
        .setParameter("version", version)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Removes what has ended before this instant. */
  public int removeEnded(Instant before) {
    return em.createQuery("delete from RevocationRow r where r.endsAt < :before")
        .setParameter("before", before)
        .executeUpdate();
  }

  private long count() {
    return em.createQuery("select count(r) from RevocationRow r", Long.class).getSingleResult();
  }

  private long nextVersion() {
    int unused =
        em.createNativeQuery("update revocation_version set version = version + 1 where id = 1")
            .executeUpdate();
    return version();
  }
}
