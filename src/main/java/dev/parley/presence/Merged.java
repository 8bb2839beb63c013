package dev.parley.presence;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.PresenceStatus;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A person over all nodes. It depends on the statements and not on their order or on who looks, so
 * that all nodes that know the same say the same.
 */
record Merged(PresentUser user, Set<ChannelName> channels, List<DeviceInfo> devices) {
  /** The person, of whom there is at least one statement. */
  static Merged of(UserId id, Collection<Statement> statements) {
    Set<ChannelName> channels = new HashSet<>();
    TreeSet<DeviceInfo> devices = new TreeSet<>();
    for (Statement statement : statements) {
      channels.addAll(statement.channels());
      devices.addAll(statement.devices());
    }
    String name = statements.stream().map(Statement::name).max(Comparator.naturalOrder()).get();
    Choice choice = choice(statements);
    PresentUser user =
        new PresentUser(
            new UserRef(id.value(), name),
            status(choice, statements.stream().allMatch(Statement::idle)),
            choice == null ? null : choice.info());
    return new Merged(user, channels, devices.stream().limit(Statement.MAX_DEVICES).toList());
  }

  private static @Nullable Choice choice(Collection<Statement> statements) {
    Choice latest = null;
    for (Statement statement : statements) {
      Choice choice = statement.choice();
      if (choice != null && (latest == null || choice.compareTo(latest) > 0)) {
        latest = choice;
      }
    }
    return latest;
  }

  private static PresenceStatus status(@Nullable Choice choice, boolean idle) {
    PresenceStatus said = choice == null ? PresenceStatus.ONLINE : choice.status();
    return said == PresenceStatus.ONLINE && idle ? PresenceStatus.AWAY : said;
  }
}
