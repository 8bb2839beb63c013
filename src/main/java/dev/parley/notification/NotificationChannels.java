package dev.parley.notification;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;

/** The channels by which notifications and what becomes of them are pushed. */
final class NotificationChannels {
  private NotificationChannels() {}

  /** Where a person's own are pushed; the urgent ones overtake what else waits for a connection. */
  static ChannelKey of(OrgId org, UserId user, boolean urgent) {
    return key(org, (urgent ? "urgent:" : "user:") + user.asChannelPart());
  }

  /** Where a person's devices are told what was read or removed. */
  static ChannelKey changes(OrgId org, UserId user) {
    return of(org, user, false);
  }

  /** Where the tenant's are pushed. */
  static ChannelKey ofTenant(OrgId org) {
    return key(org, "org:" + org.asChannelPart());
  }

  /** Whether a user's id fits into the names. */
  static boolean fits(UserId user) {
    return ChannelName.isValid("urgent:" + user.asChannelPart());
  }

  private static ChannelKey key(OrgId org, String name) {
    return new ChannelKey(org, new ChannelName(name));
  }
}
