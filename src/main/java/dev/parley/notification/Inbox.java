package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The head of a person's inbox, or of a tenant's. Whoever changes anything in it holds this row's
 * lock until the commit, so numbers are in commit order and {@code unread} is always exact.
 *
 * <p>What goes to a whole tenant is stored once, in the tenant's inbox. A person's inbox knows of
 * it by two marks: read up to, removed up to. Where the person has decided otherwise for one of
 * them, there is a {@link TenantMark}.
 */
@Entity
@Table(name = "inbox")
@NamedNativeQuery(
    name = Inbox.LOCK,
    query =
        "select id, org, user_id, first_number, last_number, unread, tenant_read, tenant_cleared"
            + " from inbox where id = any(:ids) order by id for update",
    resultClass = Inbox.class)
class Inbox {
  /** Locks the rows of {@code :ids}, an array, in their order, so that two calls never deadlock. */
  static final String LOCK = "Inbox.lock";

  /** Stands for the user in a tenant's inbox; no user has it as id. */
  static final String TENANT = "";

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private long id;

  @Column(nullable = false, updatable = false)
  private String org = "";

  @Column(name = "user_id", nullable = false, updatable = false)
  private String userId = "";

  @Column(name = "first_number", nullable = false)
  private long firstNumber = 1;

  @Column(name = "last_number", nullable = false)
  private long lastNumber;

  @Column(nullable = false)
  private long unread;

  @Column(name = "tenant_read", nullable = false)
  private long tenantRead;

  @Column(name = "tenant_cleared", nullable = false)
  private long tenantCleared;

  protected Inbox() {}

  /** Those with these ids, by id, locked until the end of the transaction. */
  static Map<Long, Inbox> lock(EntityManager em, List<Long> inboxIds) {
    Map<Long, Inbox> locked = new HashMap<>();
    em.createNamedQuery(LOCK, Inbox.class)
        .setParameter("ids", inboxIds.toArray(Long[]::new))
        .getResultList()
        .forEach(inbox -> locked.put(inbox.id, inbox));
    return locked;
  }

  long id() {
    return id;
  }

  Scope scope() {
    return userId.equals(TENANT) ? Scope.TENANT : Scope.USER;
  }

  long firstNumber() {
    return firstNumber;
  }

  long lastNumber() {
    return lastNumber;
  }

  long unread() {
    return unread;
  }

  long tenantRead() {
    return tenantRead;
  }

  long tenantCleared() {
    return tenantCleared;
  }

  /** The number of the next notification; only under the row's lock, as all that changes it. */
  long advance() {
    lastNumber++;
    if (scope() == Scope.USER) {
      unread++;
    }
    return lastNumber;
  }

  void changeUnread(long by) {
    unread += by;
  }

  void readTenantUpTo(long number) {
    tenantRead = Math.max(tenantRead, number);
  }

  void clearTenantUpTo(long number) {
    tenantCleared = Math.max(tenantCleared, number);
  }

  /** Notes that retention has removed what comes before {@code number}. */
  void beginAt(long number) {
    firstNumber = Math.max(firstNumber, number);
  }
}
