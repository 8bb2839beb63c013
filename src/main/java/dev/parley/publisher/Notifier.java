package dev.parley.publisher;

import java.util.Collection;

/** Notifies persons, with the promises of {@link Publisher}. Any thread; blocks. */
public interface Notifier {
  /**
   * Notifies some persons.
   *
   * @param users ids, 1 to 10,000
   * @param kind in the application's words, visible ASCII without spaces
   * @param data any value that JSON Binding can write
   * @throws PublishFailed as {@link Publisher#publish}
   */
  void notify(Collection<String> users, String kind, Object data);

  /** The same, before what else waits for these persons' connections. */
  void notifyUrgently(Collection<String> users, String kind, Object data);

  /** Notifies everyone in the tenant, with the same promises. */
  void notifyTenant(String kind, Object data);
}
