package dev.parley.notification;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.security.Caller;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a person does with notifications. Each call is one transaction under the inbox's lock, and
 * what changes is told to the person's devices by a push that is stored with the change, so all
 * devices learn of all changes in the order in which they were made. What changes nothing is not
 * told. Blocks on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class ChangeInbox {
  static final EventName READ = new EventName("notification-read");
  static final EventName ALL_READ = new EventName("notifications-read");
  static final EventName REMOVED = new EventName("notification-removed");
  static final EventName CLEARED = new EventName("notifications-cleared");

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject NotificationLog log;
  @Inject HeldNotifications held;

  /** Whose inbox, and where. */
  public record Owner(Caller caller, long inboxId, long tenantInbox) {}

  /**
   * Marks one as read or unread.
   *
   * @throws CommandRejected with {@code not_found} when the person has none with this id
   */
  public UnreadCount mark(Owner owner, UUID id, boolean read) {
    Inbox inbox = lock(owner);
    StoredNotification found = find(owner, inbox, id);
    boolean changed =
        isOwn(owner, found) ? markOwn(inbox, found, read) : markTenants(owner, inbox, found, read);
    if (changed) {
      tell(
          owner,
          READ,
          json -> {
            write(json, owner, id, found);
            json.writeBooleanField("read", read);
          });
    }
    return count(owner);
  }

  private boolean markOwn(Inbox inbox, StoredNotification found, boolean read) {
    if (found.seen() == read) {
      return false;
    }
    found.see(read);
    inbox.changeUnread(read ? -1 : 1);
    return true;
  }

  private boolean markTenants(Owner owner, Inbox inbox, StoredNotification found, boolean read) {
    TenantMark mark = mark(owner, found.number());
    boolean seen = mark == null ? found.number() <= inbox.tenantRead() : mark.seen();
    if (seen == read) {
      return false;
    }
    if (mark == null) {
      em.persist(new TenantMark(new Place(owner.inboxId(), found.number()), read));
    } else {
      mark.see(read);
    }
    return true;
  }

  /** Marks all as read that were there up to these numbers; what has come since stays as it is. */
  public UnreadCount readAll(Owner owner, UpTo wanted) {
    Inbox inbox = lock(owner);
    UpTo upTo = within(owner, inbox, wanted);
    int own =
        em.createQuery(
                "update StoredNotification n set n.seen = true where n.place.inboxId = :inbox"
                    + " and n.seen = false and n.place.number <= :number")
            .setParameter("inbox", owner.inboxId())
            .setParameter("number", upTo.user())
            .executeUpdate();
    int marks = forgetMarks(owner, upTo.tenant(), " and m.removed = false");
    boolean changed = own > 0 || marks > 0 || upTo.tenant() > inbox.tenantRead();
    inbox.changeUnread(-own);
    inbox.readTenantUpTo(upTo.tenant());
    if (changed) {
      tell(owner, ALL_READ, upTo::write);
    }
    return count(owner);
  }

  /**
   * Removes one.
   *
   * @throws CommandRejected with {@code not_found} when the person has none with this id
   */
  public UnreadCount remove(Owner owner, UUID id) {
    Inbox inbox = lock(owner);
    StoredNotification found = find(owner, inbox, id);
    if (isOwn(owner, found)) {
      held.keep(inbox.id(), found.number(), found.number());
      inbox.changeUnread(found.seen() ? 0 : -1);
      em.remove(found);
    } else {
      TenantMark mark = mark(owner, found.number());
      if (mark == null) {
        mark = new TenantMark(new Place(owner.inboxId(), found.number()), true);
        em.persist(mark);
      }
      mark.remove();
    }
    tell(owner, REMOVED, json -> write(json, owner, id, found));
    return count(owner);
  }

  /** Removes all that were there up to these numbers. */
  public UnreadCount clear(Owner owner, UpTo wanted) {
    Inbox inbox = lock(owner);
    UpTo upTo = within(owner, inbox, wanted);
    long unread =
        em.createQuery(
                "select count(n) from StoredNotification n where n.place.inboxId = :inbox"
                    + " and n.seen = false and n.place.number <= :number",
                Long.class)
            .setParameter("inbox", owner.inboxId())
            .setParameter("number", upTo.user())
            .getSingleResult();
    held.keep(inbox.id(), 0, upTo.user());
    int own =
        em.createQuery(
                "delete from StoredNotification n where n.place.inboxId = :inbox"
                    + " and n.place.number <= :number")
            .setParameter("inbox", owner.inboxId())
            .setParameter("number", upTo.user())
            .executeUpdate();
    boolean changed = own > 0 || upTo.tenant() > inbox.tenantCleared();
    inbox.changeUnread(-unread);
    inbox.clearTenantUpTo(upTo.tenant());
    int marks = forgetMarks(owner, upTo.tenant(), "");
    if (changed || marks > 0) {
      tell(owner, CLEARED, upTo::write);
    }
    return count(owner);
  }

  private Inbox lock(Owner owner) {
    Inbox inbox = Inbox.lock(em, List.of(owner.inboxId())).get(owner.inboxId());
    if (inbox == null) {
      throw new IllegalStateException("the inbox's row has vanished");
    }
    return inbox;
  }

  private UpTo within(Owner owner, Inbox inbox, UpTo wanted) {
    Inbox tenant = em.find(Inbox.class, owner.tenantInbox());
    // What retention has removed needs no mark any more.
    forgetMarks(owner, tenant.firstNumber() - 1, "");
    return wanted.within(inbox.lastNumber(), tenant.lastNumber());
  }

  private int forgetMarks(Owner owner, long upTo, String condition) {
    return em.createQuery(
            "delete from TenantMark m where m.place.inboxId = :inbox and m.place.number <= :number"
                + condition)
        .setParameter("inbox", owner.inboxId())
        .setParameter("number", upTo)
        .executeUpdate();
  }

  private StoredNotification find(Owner owner, Inbox inbox, UUID id) {
    List<StoredNotification> found =
        em.createQuery(
                "select n from StoredNotification n where n.id = :id"
                    + " and n.place.inboxId in (:inbox, :tenant)",
                StoredNotification.class)
            .setParameter("id", id)
            .setParameter("inbox", owner.inboxId())
            .setParameter("tenant", owner.tenantInbox())
            .getResultList();
    if (found.isEmpty() || (!isOwn(owner, found.get(0)) && isGone(owner, inbox, found.get(0)))) {
      throw CommandRejected.notFound("id: you have no such notification");
    }
    return found.get(0);
  }

  private boolean isGone(Owner owner, Inbox inbox, StoredNotification tenants) {
    TenantMark mark = mark(owner, tenants.number());
    return tenants.number() <= inbox.tenantCleared() || (mark != null && mark.removed());
  }

  private @Nullable TenantMark mark(Owner owner, long number) {
    return em.find(TenantMark.class, new Place(owner.inboxId(), number));
  }

  private static boolean isOwn(Owner owner, StoredNotification found) {
    return found.place().inboxId() == owner.inboxId();
  }

  private static void write(JsonGenerator json, Owner owner, UUID id, StoredNotification found)
      throws IOException {
    json.writeStringField("id", id.toString());
    json.writeStringField("scope", (isOwn(owner, found) ? Scope.USER : Scope.TENANT).word());
    json.writeNumberField("number", found.number());
  }

  private void tell(Owner owner, EventName event, JsonWriter.Body data) {
    Caller caller = owner.caller();
    log.change(
        caller.org(), caller.user(), caller.ref(), event, new JsonText(JsonWriter.object(data)));
  }

  private UnreadCount count(Owner owner) {
    return UnreadCount.of(em, owner.inboxId(), owner.tenantInbox());
  }
}
