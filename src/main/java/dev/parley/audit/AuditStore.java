package dev.parley.audit;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;

/** The trail in the database. Each call is a transaction of its own and blocks. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class AuditStore {
  /** Rows of one step of erasing or trimming, so that no lock is held for long. */
  static final int STEP = 1000;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /**
   * Appends these in their order. Asking again after a failure writes nothing twice, as long as
   * {@code known} says which entry was the newest before the first attempt.
   *
   * @return the head then
   */
  public AuditHead append(List<AuditRecord> records, @Nullable Long known) {
    return work(connection -> AuditWrites.append(connection, records, known));
  }

  /** From where to where the chain goes. */
  public AuditHead head() {
    return work(connection -> AuditTable.head(connection, false));
  }

  /** A tenant's entries before this number, newest first. */
  public List<AuditEntry> before(String org, @Nullable String kind, long number, int limit) {
    return work(connection -> AuditTable.before(connection, org, kind, number, limit));
  }

  /** Entries behind this number, oldest first. */
  public List<AuditEntry> after(long number, int limit) {
    return work(connection -> AuditTable.after(connection, number, limit));
  }

  /** Empties the entries of {@link #STEP} numbers that are about this person; says how many. */
  public int erase(OrgId org, UserId user, long from) {
    return work(
        connection ->
            AuditWrites.erase(
                connection, org.value(), user.value(), user.asChannelPart(), from, STEP));
  }

  /**
   * Removes the oldest entries while they are from before {@code end}; says whether more may be.
   */
  public boolean trim(Instant end) {
    return work(connection -> AuditWrites.trim(connection, end, STEP));
  }

  private <T> T work(ReturningWork<T> work) {
    return em.unwrap(Session.class).doReturningWork(work);
  }
}
