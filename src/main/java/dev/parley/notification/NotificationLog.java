package dev.parley.notification;

import dev.parley.message.Append;
import dev.parley.message.MessageLog;
import dev.parley.message.Outcome;
import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stores notifications and what pushes them, together, in the caller's transaction: a notification
 * is in the inbox if and only if its push is in the log. Inboxes are locked in the order of their
 * ids and before any channel, so concurrent calls never deadlock.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.MANDATORY)
public class NotificationLog {
  /** The event of a push that brings a notification. */
  static final EventName EVENT = new EventName("notification");

  private static final long ITSELF = -1;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject MessageLog log;
  @Inject Ids ids;

  /** An inbox and the channel that leads to its owner. */
  public record Target(long inboxId, ChannelKey channel) {}

  /**
   * One notification for each person.
   *
   * @param tenantInbox the id of their tenant's inbox
   */
  public void toUsers(List<Target> targets, long tenantInbox, Notice notice) {
    Map<Long, Inbox> inboxes = Inbox.lock(em, targets.stream().map(Target::inboxId).toList());
    long tenantNumber =
        em.createQuery("select i.lastNumber from Inbox i where i.id = :id", Long.class)
            .setParameter("id", tenantInbox)
            .getSingleResult();
    store(targets, inboxes, tenantNumber, notice);
  }

  /** One notification for everyone in the tenant, whoever they are. */
  public void toTenant(Target tenant, Notice notice) {
    store(List.of(tenant), Inbox.lock(em, List.of(tenant.inboxId())), ITSELF, notice);
  }

  /** Tells a person's devices of a change, in the order of the changes. */
  public void change(OrgId org, UserId user, UserRef author, EventName event, JsonText data) {
    append(List.of(append(NotificationChannels.changes(org, user), author, event, data, newId())));
  }

  private void store(
      List<Target> targets, Map<Long, Inbox> inboxes, long tenantNumber, Notice notice) {
    List<Append> appends = new ArrayList<>(targets.size());
    List<Place> places = new ArrayList<>(targets.size());
    for (Target target : targets) {
      Inbox inbox = inboxes.get(target.inboxId());
      if (inbox == null) {
        throw new IllegalStateException("the inbox's row has vanished");
      }
      long number = inbox.advance();
      Scope scope = inbox.scope();
      JsonText data =
          new JsonText(
              JsonWriter.object(json -> Notification.content(json, scope, number, notice)));
      appends.add(append(target.channel(), notice.sender(), EVENT, data, newId()));
      places.add(new Place(inbox.id(), number));
    }
    List<Published> pushed = append(appends);
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      Published push = pushed.get(i);
      long after = tenantNumber == ITSELF ? place.number() : tenantNumber;
      em.persist(
          new StoredNotification(place, after, push.messageId().value(), notice, push.time()));
    }
  }

  private MessageId newId() {
    return new MessageId(ids.timeOrdered());
  }

  private static Append append(
      ChannelKey channel, UserRef author, EventName event, JsonText data, MessageId id) {
    return new Append(channel, author, new Publish(channel.name(), event, data, null, false), id);
  }

  private List<Published> append(List<Append> appends) {
    List<Published> published = new ArrayList<>(appends.size());
    for (Outcome outcome : log.appendWithin(appends)) {
      if (outcome.published() == null) {
        throw outcome.rejected() == null
            ? new IllegalStateException("no outcome was recorded")
            : outcome.rejected();
      }
      published.add(outcome.published());
    }
    return published;
  }
}
