package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whom the development mode makes tokens for.
 *
 * @param org null: the default tenant
 */
record DevPerson(String user, String name, @Nullable String org, List<String> roles) {
  /** Who can be chosen on the demo pages. */
  static final List<DevPerson> ALL =
      List.of(
          new DevPerson("alice", "Alice", null, List.of()),
          new DevPerson("bob", "Bob", null, List.of()),
          new DevPerson("carol", "Carol", null, List.of(Caller.PUBLISHER)),
          new DevPerson("dave", "Dave", null, List.of(Caller.ADMIN)));

  private static final int MAX_ROLES = 32;

  /**
   * @throws CommandRejected with {@code bad_request} that names the field
   */
  DevPerson {
    user = new UserId(user).value();
    org = org == null ? null : new OrgId(org).value();
    if (name.isBlank() || name.length() > 255) {
      throw CommandRejected.badRequest("name: must have 1 to 255 characters");
    }
    if (roles.size() > MAX_ROLES) {
      throw CommandRejected.badRequest("roles: at most " + MAX_ROLES);
    }
    roles = List.copyOf(roles);
  }

  /** The demo user of this id, or someone new who is called like the id and has no role. */
  static DevPerson named(String user) {
    return ALL.stream()
        .filter(person -> person.user.equals(user))
        .findFirst()
        .orElseGet(() -> new DevPerson(user, user, null, List.of()));
  }
}
