package dev.parley.notification;

import dev.parley.notification.NotificationLog.Target;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Calls that notify, and their progress; each method is one transaction. Blocks on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class JobStore {
  /** Rows of one step of tidying, so that no lock is held for long. */
  static final int STEP = 1000;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject NotificationLog notifications;
  @Inject Clock clock;

  /** Those whom a job notifies next. */
  public record Part(UUID jobId, int part, OrgId org, List<UserId> users, boolean urgent) {}

  /** What has become of an earlier call under the same key. */
  public record Known(JobStatus status, String bodyHash) {}

  /** The earlier call; null when there was none. */
  public @Nullable Known known(String keyHash) {
    List<NotificationJob> jobs =
        em.createQuery(
                "select j from NotificationJob j where j.keyHash = :hash", NotificationJob.class)
            .setParameter("hash", keyHash)
            .getResultList();
    return jobs.isEmpty() ? null : new Known(jobs.get(0).status(), jobs.get(0).bodyHash());
  }

  /** The sender's job; null when it has none with this id. */
  public @Nullable JobStatus find(OrgId org, UserId sender, UUID id) {
    NotificationJob job = em.find(NotificationJob.class, id);
    boolean theirs =
        job != null && job.org().equals(org) && job.notice().sender().id().equals(sender.value());
    return theirs ? job.status() : null;
  }

  /** Notifies all of them now: the call and what it does are stored together. */
  public JobStatus now(UUID id, Notify notify, List<Target> targets, long tenantInbox) {
    Instant now = time();
    NotificationJob job = new NotificationJob(id, notify, now);
    job.progress(targets.size(), now);
    em.persist(job);
    // A key that is taken is found before anything else is locked.
    em.flush();
    deliver(notify.isToTenant(), targets, tenantInbox, notify.notice());
    return job.status();
  }

  /** Stores the call, to be carried out part by part. */
  public JobStatus later(UUID id, Notify notify, int size, int maxJobs) {
    Long underWay =
        em.createQuery(
                "select count(j) from NotificationJob j where j.org = :org and j.finishedAt is null",
                Long.class)
            .setParameter("org", notify.org().value())
            .getSingleResult();
    if (underWay >= maxJobs) {
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED, "users: " + maxJobs + " calls with long lists are under way");
    }
    NotificationJob job = new NotificationJob(id, notify, time());
    em.persist(job);
    em.flush();
    List<UserId> users = notify.users();
    for (int from = 0, part = 0; from < users.size(); from += size, part++) {
      List<UserId> some = users.subList(from, Math.min(users.size(), from + size));
      em.persist(new JobPart(new JobPart.Key(id, part), write(some)));
    }
    return job.status();
  }

  /**
   * The next part of any job but these, the one that has got least first, so that a long list does
   * not hold up a short one; null when there is none.
   */
  public @Nullable Part next(Collection<UUID> except) {
    List<Object[]> found =
        em.createQuery(
                "select p, j from JobPart p, NotificationJob j where p.key.jobId = j.id"
                    + " and j.finishedAt is null and j.id not in :except order by j.done, j.createdAt, p.key.part",
                Object[].class)
            .setParameter("except", except)
            .setMaxResults(1)
            .getResultList();
    if (found.isEmpty()) {
      return null;
    }
    JobPart part = (JobPart) found.get(0)[0];
    NotificationJob job = (NotificationJob) found.get(0)[1];
    return new Part(
        job.id(), part.key().part(), job.org(), read(part.users()), job.notice().urgent());
  }

  /** Carries the part out, unless another node has done so; targets in the order of the part. */
  public void carryOut(Part part, List<Target> targets, long tenantInbox) {
    NotificationJob job =
        em.find(NotificationJob.class, part.jobId(), LockModeType.PESSIMISTIC_WRITE);
    JobPart row = em.find(JobPart.class, new JobPart.Key(part.jobId(), part.part()));
    if (job == null || row == null) {
      return;
    }
    em.remove(row);
    job.progress(targets.size(), time());
    deliver(false, targets, tenantInbox, job.notice());
  }

  /** Forgets calls that were finished before {@code end}, at most {@link #STEP}; says how many. */
  public int removeFinished(Instant end) {
    List<UUID> old =
        em.createQuery("select j.id from NotificationJob j where j.finishedAt < :end", UUID.class)
            .setParameter("end", end)
            .setMaxResults(STEP)
            .getResultList();
    if (!old.isEmpty()) {
      em.createQuery("delete from NotificationJob j where j.id in :ids")
          .setParameter("ids", old)
          .executeUpdate();
    }
    return old.size();
  }

  private void deliver(boolean toTenant, List<Target> targets, long tenantInbox, Notice notice) {
    if (toTenant) {
      notifications.toTenant(targets.get(0), notice);
    } else {
      notifications.toUsers(targets, tenantInbox, notice);
    }
  }

  private Instant time() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String write(List<UserId> users) {
    return JsonWriter.object(
        json -> {
          json.writeArrayFieldStart("users");
          for (UserId user : users) {
            json.writeString(user.value());
          }
          json.writeEndArray();
        });
  }

  private static List<UserId> read(String users) {
    return JsonReader.object(users).strings("users", Integer.MAX_VALUE).stream()
        .map(UserId::new)
        .toList();
  }
}
