package dev.parley.channel;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Operation;
import dev.parley.security.Caller;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All rules about one operation of one caller in one channel, and their sum.
 *
 * <p>The algorithm: each rule is asked and says {@link Verdict#GRANT}, {@link Verdict#DENY} or
 * {@link Verdict#IGNORE}. One that denies decides, whatever the others say. Otherwise one that
 * grants decides. When all ignore it, the answer is no. The rules, in the order in which they are
 * asked, which decides nothing but whose name is given as the reason:
 *
 * <ol>
 *   <li>the namespace: its {@code publish} for publishing and its {@code subscribe} for the rest.
 *       It grants to those whom it names. Where the channel belongs to somebody it denies it to all
 *       others ({@link Access});
 *   <li>the roles: the namespace's {@code deny-…} and {@code grant-…} ({@link RoleRules});
 *   <li>the token's {@code channels}, which only grant;
 *   <li>each {@link ChannelAuthorizer}.
 * </ol>
 *
 * <p>Any thread; never blocks.
 */
@ApplicationScoped
class Rules {
  private static final System.Logger LOG = System.getLogger(Rules.class.getName());

  @Inject @Any Instance<ChannelAuthorizer> beans;

  private List<ChannelAuthorizer> authorizers = List.of();

  @PostConstruct
  void collect() {
    use(beans.stream().toList());
  }

  /** These are the application's rules. */
  void use(List<ChannelAuthorizer> all) {
    authorizers = List.copyOf(all);
  }

  boolean areOfTheApplication() {
    return !authorizers.isEmpty();
  }

  /**
   * Yes or no.
   *
   * @param room the room as the caller finds it; null where there is none
   */
  Decision decide(
      Namespace namespace,
      Caller caller,
      ChannelName channel,
      Operation operation,
      @Nullable RoomStanding room) {
    Verdict first = own(namespace, caller, channel, operation, room);
    String source = room == null ? setting(namespace, operation) : "room";
    if (first == Verdict.DENY) {
      return Decision.no(source);
    }
    String granted = first == Verdict.GRANT ? source : null;
    RoleRules roles = namespace.roles();
    if (roles.deny(caller, operation)) {
      return Decision.no(namespace.setting("deny-" + operation.word()));
    }
    if (granted == null && roles.grant(caller, operation)) {
      granted = namespace.setting("grant-" + operation.word());
    }
    if (granted == null && caller.grants().allow(channel, operation)) {
      granted = "token";
    }
    return authorizers.isEmpty()
        ? sum(granted)
        : ofApplication(caller, channel, operation, granted);
  }

  private Decision ofApplication(
      Caller caller, ChannelName channel, Operation operation, @Nullable String others) {
    String granted = others;
    for (ChannelAuthorizer authorizer : authorizers) {
      Verdict verdict = ask(authorizer, caller, channel, operation);
      if (verdict == Verdict.DENY) {
        return Decision.no(authorizer.name());
      }
      if (verdict == Verdict.GRANT && granted == null) {
        granted = authorizer.name();
      }
    }
    return sum(granted);
  }

  private static Decision sum(@Nullable String granted) {
    return granted == null ? Decision.no(Decision.DEFAULT) : Decision.yes(granted);
  }

  private static Verdict ask(
      ChannelAuthorizer authorizer, Caller caller, ChannelName channel, Operation operation) {
    try {
      return authorizer.decide(caller, channel, operation);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A rule of the application has failed, which denies", e);
      return Verdict.DENY;
    }
  }

  private static Verdict own(
      Namespace namespace,
      Caller caller,
      ChannelName channel,
      Operation operation,
      @Nullable RoomStanding room) {
    boolean publish = operation == Operation.PUBLISH;
    Access access = publish ? namespace.publish() : namespace.subscribe();
    if (room != null && (access == Access.MEMBERS || (publish && room.archived()))) {
      boolean may = publish ? room.publishes() : room.reads();
      return may ? Verdict.GRANT : Verdict.DENY;
    }
    if (namespace.subscribe() == Access.ORG
        && Access.ORG.verdict(caller, channel) == Verdict.DENY) {
      // Another tenant's name is nobody's channel here.
      return Verdict.DENY;
    }
    return access.verdict(caller, channel);
  }

  private static String setting(Namespace namespace, Operation operation) {
    return operation == Operation.PUBLISH
        ? namespace.setting("publish")
        : namespace.setting("subscribe");
  }
}
