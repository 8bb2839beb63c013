package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Operation;
import dev.parley.protocol.Rejection;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The sum of the rules: one that denies wins, and what none grants is not allowed. */
class RulesTest {
  /** What each kind of rule can say. */
  private static final List<Verdict> ANY = List.of(Verdict.values());

  /** A token takes nothing away. */
  private static final List<Verdict> NO_DENIAL = List.of(Verdict.GRANT, Verdict.IGNORE);

  /** One rule of the application that says one thing about everything. */
  private record Says(Verdict verdict, String name) implements ChannelAuthorizer {
    @Override
    public Verdict decide(Caller caller, ChannelName channel, Operation operation) {
      return verdict;
    }
  }

  /**
   * All that four kinds of rules, the last of them twice, can say together. Seen to fail when a
   * grant of the namespace is an answer at once, when the first authorizer that grants ends the
   * asking, and when silence allows.
   */
  @ParameterizedTest
  @EnumSource(Operation.class)
  void oneThatDeniesWinsAndWhatNobodyGrantsIsNotAllowed(Operation operation) {
    int combinations = 0;
    for (Verdict namespace : ANY) {
      for (Verdict roles : ANY) {
        for (Verdict token : NO_DENIAL) {
          for (Verdict first : ANY) {
            for (Verdict second : ANY) {
              List<Verdict> all = List.of(namespace, roles, token, first, second);
              boolean expected = all.contains(Verdict.GRANT) && !all.contains(Verdict.DENY);
              assertThat(decide(operation, all).allowed()).as("%s", all).isEqualTo(expected);
              combinations++;
            }
          }
        }
      }
    }
    assertThat(combinations).isEqualTo(3 * 3 * 2 * 3 * 3);
  }

  private static Decision decide(Operation operation, List<Verdict> all) {
    List<String> options = new ArrayList<>();
    String access =
        switch (all.get(0)) {
          case GRANT -> "tenant";
          case DENY -> "owner";
          case IGNORE -> "nobody";
        };
    options.addAll(List.of("x.subscribe", access, "x.publish", access));
    if (all.get(1) != Verdict.IGNORE) {
      String word = all.get(1) == Verdict.GRANT ? "grant-" : "deny-";
      options.addAll(List.of("x." + word + operation.word(), "other, editor"));
    }
    ChannelPolicy policy = Declared.policy(options.toArray(String[]::new));
    policy.rules.use(List.of(new Says(all.get(3), "first"), new Says(all.get(4), "second")));
    Caller caller =
        all.get(2) == Verdict.GRANT
            ? Callers.granted("ann", "x:*", Set.of(operation), "editor")
            : Callers.of("ann", "editor");
    return policy.explain(caller, new ChannelName("x:bob"), operation);
  }

  /** Seen to fail when the namespace is named whoever has decided. */
  @ParameterizedTest
  @CsvSource({
    "news:a,  subscribe, true,  parley.channels.news.subscribe",
    "news:a,  history,   false, parley.channels.news.deny-history",
    "news:a,  presence,  true,  parley.channels.news.subscribe",
    "news:a,  publish,   true,  parley.channels.news.grant-publish",
    "desk:a,  subscribe, true,  token",
    "desk:a,  history,   false, default",
    "desk:b,  subscribe, false, default",
    "vault:a, subscribe, false, night watch",
    "open:a,  publish,   true,  night watch",
    "user:ann,subscribe, true,  parley.channels.user.subscribe",
    "user:bob,subscribe, false, parley.channels.user.subscribe",
    "none:a,  publish,   false, namespace",
  })
  void whoIsToldNoOrYesIsToldByWhichRule(
      String channel, String operation, boolean allowed, String rule) {
    ChannelPolicy policy =
        Declared.policy(
            "news.subscribe", "tenant",
            "news.deny-history", "*",
            "news.grant-publish", "editor",
            "desk.presence", "true",
            "vault.subscribe", "tenant",
            "open.lane", "normal",
            "user.subscribe", "owner");
    policy.rules.use(List.of(new NightWatch()));
    Caller caller =
        Callers.granted("ann", "desk:a", Set.of(Operation.SUBSCRIBE), "editor", "publisher");
    Decision decision =
        policy.explain(caller, new ChannelName(channel), Operation.of(operation, "operation"));
    assertThat(decision.allowed()).isEqualTo(allowed);
    assertThat(decision.rule()).isEqualTo(rule);
    assertThat(decision.refusal() == null).isEqualTo(allowed);
    // The same as when it is done.
    assertThat(isAllowed(policy, caller, channel, operation)).isEqualTo(allowed);
  }

  private static boolean isAllowed(
      ChannelPolicy policy, Caller caller, String channel, String operation) {
    try {
      return policy
          .rightsNow(caller, new ChannelName(channel))
          .allow(Operation.of(operation, "operation"));
    } catch (CommandRejected e) {
      assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
      return false;
    }
  }

  private static final class NightWatch implements ChannelAuthorizer {
    @Override
    public Verdict decide(Caller caller, ChannelName channel, Operation operation) {
      return switch (channel.namespace()) {
        case "vault" -> Verdict.DENY;
        case "open" -> Verdict.GRANT;
        default -> Verdict.IGNORE;
      };
    }

    @Override
    public String name() {
      return "night watch";
    }
  }

  /** Seen to fail when a rule that fails is passed over. */
  @Test
  void aRuleOfTheApplicationThatFailsHasDenied() {
    ChannelPolicy policy = Declared.policy("x.subscribe", "tenant");
    policy.rules.use(
        List.of(
            (caller, channel, operation) -> {
              throw new IllegalStateException("on purpose");
            }));
    ChannelName channel = new ChannelName("x:a");
    assertThat(Rejection.of(() -> policy.toSubscribe(Callers.of("ann"), channel)).code())
        .isEqualTo(ErrorCode.FORBIDDEN);
  }

  /** Seen to fail when what is not owned is left to other rules. */
  @Test
  void noGrantReachesWhatBelongsToSomebodyElse() {
    ChannelPolicy policy =
        Declared.policy(
            "user.subscribe", "owner",
            "user.grant-subscribe", "*",
            "org.subscribe", "org",
            "org.publish", "tenant");
    policy.rules.use(List.of(new Says(Verdict.GRANT, "everything")));
    Caller caller = Callers.granted("ann", "*", Set.of(Operation.values()), "admin", "publisher");
    for (String channel : List.of("user:bob", "org:other")) {
      assertThat(Rejection.of(() -> policy.toSubscribe(caller, new ChannelName(channel))).code())
          .isEqualTo(ErrorCode.FORBIDDEN);
    }
    assertThat(Rejection.of(() -> policy.toPublish(caller, new ChannelName("org:other"))).code())
        .isEqualTo(ErrorCode.FORBIDDEN);
  }
}
