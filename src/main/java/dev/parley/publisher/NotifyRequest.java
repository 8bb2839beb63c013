package dev.parley.publisher;

import java.util.List;
import java.util.Objects;

/**
 * Fire it as a CDI event to notify, as by {@link Notifier}.
 *
 * @param users none for everyone in the tenant
 */
public record NotifyRequest(List<String> users, String kind, Object data, boolean urgent) {
  public NotifyRequest {
    users = List.copyOf(users);
    Objects.requireNonNull(kind, "kind");
  }
}
