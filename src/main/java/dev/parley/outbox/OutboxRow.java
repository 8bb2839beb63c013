package dev.parley.outbox;

import java.time.Instant;

/**
 * A call that an application has recorded.
 *
 * @param channel empty for a notification
 * @param body as over HTTP
 */
record OutboxRow(long id, String key, String channel, String body, Instant time) {
  boolean isNotification() {
    return channel.isEmpty();
  }
}
