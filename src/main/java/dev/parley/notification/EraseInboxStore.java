package dev.parley.notification;

import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.UUID;

/** The steps of erasing a person from the inboxes; each is one transaction. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class EraseInboxStore {
  /** Rows of one step, so that no lock is held for long. */
  static final int STEP = 1000;

  /** Calls of one step: each is read with its content. */
  static final int JOBS = 100;

  private static final EventName PLACEHOLDER = new EventName("erased");

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject NotificationLog log;
  @Inject HeldNotifications held;

  /** Empties the person's inbox, and tells the devices; the counters stay, so numbers go on. */
  public int empty(OrgId org, UserId user, long inboxId) {
    Inbox inbox = Inbox.lock(em, List.of(inboxId)).get(inboxId);
    if (inbox == null) {
      return 0;
    }
    int own =
        em.createQuery("delete from StoredNotification n where n.place.inboxId = :inbox")
            .setParameter("inbox", inboxId)
            .executeUpdate();
    em.createQuery("delete from TenantMark m where m.place.inboxId = :inbox")
        .setParameter("inbox", inboxId)
        .executeUpdate();
    held.forget(inboxId);
    inbox.changeUnread(-inbox.unread());
    if (own > 0) {
      UpTo upTo = new UpTo(inbox.lastNumber(), 0);
      JsonText data = new JsonText(JsonWriter.object(upTo::write));
      log.change(org, user, new UserRef("", null), ChangeInbox.CLEARED, data);
    }
    return own;
  }

  /**
   * Takes content and name from notifications that the person has sent, at most {@link #STEP}.
   * Those to persons under legal hold stay as they are.
   */
  public int anonymise(OrgId org, UserId sender) {
    List<UUID> sent =
        em.createQuery(
                "select n.id from StoredNotification n, Inbox i where n.place.inboxId = i.id"
                    + " and i.org = :org and n.senderId = :sender"
                    + InboxRetentionStore.NOT_HELD,
                UUID.class)
            .setParameter("org", org.value())
            .setParameter("sender", sender.value())
            .setMaxResults(STEP)
            .getResultList();
    if (!sent.isEmpty()) {
      em.createQuery(
              "update StoredNotification n set n.kind = :kind, n.data = 'null', n.senderId = '',"
                  + " n.senderName = null where n.id in :ids")
          .setParameter("kind", PLACEHOLDER.value())
          .setParameter("ids", sent)
          .executeUpdate();
    }
    return sent.size();
  }

  /**
   * Forgets calls of the person, and what they have not done yet, at most {@link #JOBS}. They are
   * locked first, in one order, as who carries one out locks it before its parts.
   */
  public int forgetJobs(OrgId org, UserId sender) {
    List<UUID> jobs =
        em.createQuery(
                "select j from NotificationJob j where j.org = :org and j.senderId = :sender"
                    + " order by j.id",
                NotificationJob.class)
            .setParameter("org", org.value())
            .setParameter("sender", sender.value())
            .setMaxResults(JOBS)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultStream()
            .map(NotificationJob::id)
            .toList();
    if (!jobs.isEmpty()) {
      em.createQuery("delete from JobPart p where p.key.jobId in :jobs")
          .setParameter("jobs", jobs)
          .executeUpdate();
      em.createQuery("delete from NotificationJob j where j.id in :jobs")
          .setParameter("jobs", jobs)
          .executeUpdate();
    }
    return jobs.size();
  }
}
