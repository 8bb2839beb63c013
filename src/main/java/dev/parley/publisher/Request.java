package dev.parley.publisher;

/**
 * One call as it is recorded or sent.
 *
 * @param channel empty for a notification
 * @param body the JSON of the HTTP call
 */
record Request(String channel, String body) {
  boolean isNotification() {
    return channel.isEmpty();
  }
}
