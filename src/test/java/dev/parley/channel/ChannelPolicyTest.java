package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what, as a table: caller × channel × operation. Whatever is not named is denied. */
class ChannelPolicyTest {
  private static final OrgId OTHER = new OrgId("other");

  private final ChannelPolicy policy =
      Declared.policy(
          "user.subscribe", "owner",
          "user.publish", "publisher",
          "org.subscribe", "org",
          "org.publish", "publisher",
          "board.subscribe", "org",
          "board.publish", "tenant",
          "room.subscribe", "tenant",
          "room.publish", "tenant",
          "topic.subscribe", "tenant",
          "topic.publish", "publisher",
          "feed.subscribe", "publisher",
          "diary.subscribe", "owner",
          "diary.publish", "owner",
          "mute.subscribe", "tenant",
          "closed.retention-count", "1");

  /** Each row: channel, then for a member, a publisher, an admin: s(ubscribe), p(ublish), -. */
  @ParameterizedTest
  @CsvSource({
    "user:ann,     s-, sp, s-",
    "user:bob,     --, -p, --",
    "user:ANN,     --, -p, --",
    "user:ann:x,   --, -p, --",
    "org:acme,     s-, sp, s-",
    "org:other,    --, --, --",
    "board:acme,   sp, sp, sp",
    "board:other,  --, --, --",
    "room:any,     sp, sp, sp",
    "topic:any,    s-, sp, s-",
    "feed:any,     --, s-, --",
    "diary:ann,    sp, sp, sp",
    "diary:bob,    --, --, --",
    "mute:any,     s-, s-, s-",
    "closed:any,   --, --, --",
  })
  void theTable(String channel, String member, String publisher, String admin) {
    assertThat(rights(Callers.of("ann"), channel)).isEqualTo(member);
    assertThat(rights(Callers.of("ann", "publisher"), channel)).isEqualTo(publisher);
    assertThat(rights(Callers.of("ann", "admin"), channel)).isEqualTo(admin);
  }

  private String rights(Caller caller, String name) {
    ChannelName channel = new ChannelName(name);
    boolean subscribe = isAdmitted(() -> policy.toSubscribe(caller, channel));
    boolean publish = isAdmitted(() -> policy.toPublish(caller, channel));
    List<String> expected = new ArrayList<>();
    if (subscribe) {
      expected.addAll(List.of("subscribe", "history"));
    }
    if (publish) {
      expected.add("publish");
    }
    assertThat(policy.permissions(caller, channel)).isEqualTo(expected);
    return (subscribe ? "s" : "-") + (publish ? "p" : "-");
  }

  private static boolean isAdmitted(Runnable operation) {
    try {
      operation.run();
      return true;
    } catch (CommandRejected e) {
      assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN);
      return false;
    }
  }

  static Stream<Arguments> everybody() {
    return Stream.of(
        Arguments.of(Callers.of("ann")),
        Arguments.of(Callers.of("ann", "publisher")),
        Arguments.of(Callers.of("ann", "admin")),
        Arguments.of(Callers.of("ann", "publisher", "admin")));
  }

  @ParameterizedTest
  @MethodSource("everybody")
  void anUndeclaredNamespaceIsNotFoundByAnybody(Caller caller) {
    ChannelName channel = new ChannelName("nowhere:a");
    assertThat(Rejection.of(() -> policy.toSubscribe(caller, channel)).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(Rejection.of(() -> policy.toPublish(caller, channel)).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(Rejection.of(() -> policy.permissions(caller, channel)).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void theChannelIsAlwaysOneOfTheCallersTenant() {
    ChannelName room = new ChannelName("room:a");
    Caller stranger = Callers.of(OTHER, "ann", "publisher", "admin");
    assertThat(policy.toSubscribe(stranger, room)).isEqualTo(new ChannelKey(OTHER, room));
    assertThat(policy.toPublish(stranger, room)).isEqualTo(new ChannelKey(OTHER, room));
    assertThat(policy.toSubscribe(Callers.of("ann"), room))
        .isEqualTo(new ChannelKey(Callers.ACME, room));
  }

  @Property
  void noNameAndNoRoleReachesAnotherTenant(
      @ForAll("channels") ChannelName channel, @ForAll("roles") String role) {
    Caller caller = Callers.of("ann", role);
    for (Runnable operation :
        List.<Runnable>of(
            () -> assertThat(policy.toSubscribe(caller, channel).org()).isEqualTo(caller.org()),
            () -> assertThat(policy.toPublish(caller, channel).org()).isEqualTo(caller.org()))) {
      try {
        operation.run();
      } catch (CommandRejected e) {
        assertThat(e.code()).isIn(ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND);
      }
    }
  }

  @Provide
  Arbitrary<ChannelName> channels() {
    Arbitrary<String> local =
        Arbitraries.oneOf(
            Arbitraries.of("acme", "other", "other:a", "ann", "acme~2Fother", "..", "~"),
            Arbitraries.strings().withChars("aco:.~-@_").ofMinLength(1).ofMaxLength(8));
    return Arbitraries.of("user", "org", "board", "room", "topic", "diary", "nowhere", "acme")
        .flatMap(namespace -> local.map(part -> new ChannelName(namespace + ":" + part)));
  }

  @Provide
  Arbitrary<String> roles() {
    return Arbitraries.of("", "publisher", "admin", "Publisher", "other");
  }

  @Test
  void aUserWithAnEscapedIdOwnsTheEscapedChannelAndNoOther() {
    Caller caller = Callers.of("auth0|7");
    assertThat(rights(caller, "diary:auth0~7C7")).isEqualTo("sp");
    assertThat(rights(caller, "diary:auth0~7c7")).isEqualTo("--");
    assertThat(rights(Callers.of("auth0~7C7"), "diary:auth0~7C7")).isEqualTo("--");
  }
}
