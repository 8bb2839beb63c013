package dev.parley.notification;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.EventName;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A call that notifies. Public for the reason given at {@link InboxPage}.
 *
 * @param users each once; none for everyone in the tenant
 */
public record Notify(OrgId org, List<UserId> users, Notice notice, @Nullable IdempotencyKey key) {
  public Notify {
    users = List.copyOf(users);
  }

  /**
   * What the body of a request says.
   *
   * @throws CommandRejected with {@code bad_request} that names the field, and the element of a
   *     list
   */
  static Notify read(
      Caller caller, JsonObject body, @Nullable IdempotencyKey key, NotificationSettings settings) {
    boolean tenant = body.flag("tenant", false);
    if (tenant == body.has("users")) {
      throw CommandRejected.badRequest("users: must name users, unless tenant is true");
    }
    List<UserId> users = tenant ? List.of() : users(body.strings("users", settings.maxUsers));
    Notice notice =
        new Notice(
            kind(body.optionalString("kind")),
            body.value("data"),
            body.flag("urgent", false),
            caller.ref());
    return new Notify(caller.org(), users, notice, key);
  }

  private static EventName kind(@Nullable String kind) {
    try {
      return kind == null ? Notice.DEFAULT_KIND : new EventName(kind);
    } catch (CommandRejected e) {
      throw CommandRejected.badRequest(
          "kind: must have 1 to 128 visible ASCII characters without spaces");
    }
  }

  private static List<UserId> users(List<String> names) {
    if (names.isEmpty()) {
      throw CommandRejected.badRequest("users: must name somebody");
    }
    Set<UserId> users = new LinkedHashSet<>();
    for (int i = 0; i < names.size(); i++) {
      users.add(user(names.get(i), i));
    }
    return new ArrayList<>(users);
  }

  private static UserId user(String name, int index) {
    try {
      UserId user = new UserId(name);
      if (NotificationChannels.fits(user)) {
        return user;
      }
    } catch (CommandRejected e) {
      // Said below, with the element.
    }
    throw CommandRejected.badRequest("users[" + index + "]: cannot be the id of a user");
  }

  boolean isToTenant() {
    return users.isEmpty();
  }

  /** Under which a repetition is recognised; of the job's own id when the caller gave no key. */
  String keyHash(UUID job) {
    return key == null
        ? hash("job\n" + job)
        : hash("key\n" + org + "\n" + notice.sender().id() + "\n" + key.value());
  }

  /** What must be the same for two calls under one key. */
  String bodyHash() {
    return hash(
        notice.kind()
            + "\n"
            + notice.urgent()
            + "\n"
            + notice.data().value()
            + "\n"
            + users.stream().map(UserId::value).collect(Collectors.joining("\n")));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
