package dev.parley.publisher;

/**
 * Publishes messages. Inside a JTA transaction a message is recorded through the application's data
 * source and commits or rolls back with the transaction; Parley delivers it once, in the order in
 * which the application's transactions recorded the messages of a channel. Without a transaction,
 * or without a data source, it is sent over HTTP, and stored when the call returns. Any thread;
 * blocks.
 */
public interface Publisher {
  /**
   * Publishes one message.
   *
   * @param channel {@code namespace:name}
   * @param event what it is about, visible ASCII without spaces
   * @param data any value that JSON Binding can write; a {@code jakarta.json.JsonValue} as it is
   * @throws PublishFailed when it was neither recorded nor sent; in a transaction it should be
   *     rolled back
   */
  void publish(String channel, String event, Object data);
}
