package dev.parley.notification;

import dev.parley.message.LogChannels;
import dev.parley.notification.NotificationLog.Target;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes ready what a notification needs of those whom it goes to: their inboxes and their channels,
 * made if they are not there yet. Outside of a transaction. Any thread; blocks on the database.
 */
@ApplicationScoped
class Targets {
  @Inject Inboxes inboxes;
  @Inject LogChannels channels;

  /** Where to store, and their tenant's inbox. */
  record Of(List<Target> targets, long tenantInbox) {}

  /** Some users, in their order; their number is the caller's bound. */
  Of of(OrgId org, List<UserId> users, boolean urgent) {
    List<Long> inboxIds = inboxes.of(org, users);
    List<Target> targets = new ArrayList<>(users.size());
    List<ChannelKey> keys = new ArrayList<>(users.size());
    for (int i = 0; i < users.size(); i++) {
      ChannelKey channel = NotificationChannels.of(org, users.get(i), urgent);
      keys.add(channel);
      targets.add(new Target(inboxIds.get(i), channel));
    }
    channels.prepare(keys);
    return new Of(targets, inboxes.ofTenant(org));
  }

  /** Everyone in the tenant. */
  Of ofTenant(OrgId org) {
    ChannelKey channel = NotificationChannels.ofTenant(org);
    channels.prepare(List.of(channel));
    long inbox = inboxes.ofTenant(org);
    return new Of(List.of(new Target(inbox, channel)), inbox);
  }
}
