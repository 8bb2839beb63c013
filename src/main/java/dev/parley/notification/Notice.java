package dev.parley.notification;

import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.UserRef;

/**
 * What somebody is notified of.
 *
 * @param kind in the application's words, for whoever shows it
 * @param sender who has sent it, as its token says
 */
public record Notice(EventName kind, JsonText data, boolean urgent, UserRef sender) {
  /** The kind of a notification that was sent without one. */
  static final EventName DEFAULT_KIND = new EventName("notification");
}
