package dev.parley.notification;

import dev.parley.notification.JobStore.Known;
import dev.parley.platform.Ids;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonObject;
import dev.parley.ratelimit.PublishLimit;
import dev.parley.security.Caller;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Notifies: a few users or a tenant at once, many users behind the answer. Whoever is answered can
 * rely on it: what the answer counts as done is stored and will be pushed, and what it does not is
 * stored as a job that survives the node. Any thread; blocks on the database.
 */
@ApplicationScoped
public class SendNotification {
  @Inject NotificationSettings settings;
  @Inject PublishLimit limit;
  @Inject JobStore jobs;
  @Inject Targets targets;
  @Inject JobRunner runner;
  @Inject Ids ids;

  /** The answer, and whether an earlier call under the same key has given it already. */
  record Sent(JobStatus status, boolean duplicate) {}

  /**
   * Carries the call out, or takes it on.
   *
   * @throws CommandRejected with {@code forbidden}, {@code too_large}, {@code rate_limited}, {@code
   *     limit_exceeded}, before anything is stored; {@code conflict} when the key was used for
   *     another call
   */
  Sent handle(Caller caller, Notify notify) {
    Notify allowed = checked(caller, notify);
    limit.take(caller.org(), caller.user(), true);
    return carryOut(allowed);
  }

  private Notify checked(Caller caller, Notify notify) {
    if (!caller.has(Caller.PUBLISHER)) {
      throw CommandRejected.forbidden("this is for publishers");
    }
    if (notify.notice().data().bytes() > settings.maxData) {
      throw new CommandRejected(
          ErrorCode.TOO_LARGE, "data: must have at most " + settings.maxData + " bytes");
    }
    return notify;
  }

  /**
   * The same for what an application has recorded with its own data, however much of it there is.
   *
   * @param body that of the call over HTTP
   * @throws CommandRejected as over HTTP, but never {@code rate_limited}
   */
  public void send(Caller caller, JsonObject body, IdempotencyKey key) {
    Sent unused = carryOut(checked(caller, Notify.read(caller, body, key, settings)));
  }

  private Sent carryOut(Notify notify) {
    UUID id = ids.timeOrdered();
    String keyHash = notify.keyHash(id);
    Sent before = notify.key() == null ? null : repeated(notify, keyHash);
    return before == null ? store(id, keyHash, notify) : before;
  }

  private Sent store(UUID id, String keyHash, Notify notify) {
    try {
      if (notify.users().size() > settings.part) {
        JobStatus status = jobs.later(id, notify, settings.part, settings.jobs);
        runner.wake();
        return new Sent(status, false);
      }
      Targets.Of to =
          notify.isToTenant()
              ? targets.ofTenant(notify.org())
              : targets.of(notify.org(), notify.users(), notify.notice().urgent());
      return new Sent(jobs.now(id, notify, to.targets(), to.tenantInbox()), false);
    } catch (EJBException e) {
      // Perhaps another call with this key was first, or this one is stored and its answer lost.
      Sent other = repeated(notify, keyHash);
      if (other == null) {
        throw e;
      }
      return other;
    }
  }

  private @Nullable Sent repeated(Notify notify, String keyHash) {
    Known known = jobs.known(keyHash);
    if (known == null) {
      return null;
    }
    if (!known.bodyHash().equals(notify.bodyHash())) {
      throw new CommandRejected(
          ErrorCode.CONFLICT, "key: was used for another call within 24 hours");
    }
    return new Sent(known.status(), true);
  }
}
