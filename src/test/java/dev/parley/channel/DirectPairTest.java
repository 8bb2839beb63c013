package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.protocol.UserId;
import dev.parley.security.Callers;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two of a direct conversation and the names under which it is known. */
class DirectPairTest {
  private static DirectPair seen(String self, String name) {
    return DirectPair.of(Callers.ACME, new UserId(self), new ChannelName(name));
  }

  @Test
  void eachSeesItUnderTheOthersId() {
    DirectPair pair = seen("bob", "direct:ann");
    assertThat(pair).isEqualTo(seen("ann", "direct:bob"));
    assertThat(pair.seenBy(new UserId("ann")).value()).isEqualTo("direct:bob");
    assertThat(pair.seenBy(new UserId("bob")).value()).isEqualTo("direct:ann");
    assertThat(pair.key().name().value()).isEqualTo("direct:ann~~bob");
  }

  @Test
  void aPersonMayWriteToThemselves() {
    DirectPair pair = seen("ann", "direct:ann");
    assertThat(pair.peerOf(new UserId("ann"))).isEqualTo(new UserId("ann"));
    assertThat(pair.key().name().value()).isEqualTo("direct:ann~~ann");
  }

  @Property
  void bothComeToTheSameConversationAndBackToTheSameNames(
      @ForAll("ids") String one, @ForAll("ids") String other) {
    UserId ann = new UserId(one);
    UserId bob = new UserId(other);
    DirectPair pair = new DirectPair(Callers.ACME, ann, bob);
    assertThat(pair).isEqualTo(new DirectPair(Callers.ACME, bob, ann));
    if (pair.isNameableBy(ann) && pair.isNameableBy(bob)) {
      assertThat(DirectPair.of(Callers.ACME, ann, pair.seenBy(ann))).isEqualTo(pair);
      assertThat(DirectPair.of(Callers.ACME, bob, pair.seenBy(bob))).isEqualTo(pair);
    }
  }

  @Property
  void noTwoPairsAndNoInboxShareAChannel(
      @ForAll("ids") String a, @ForAll("ids") String b, @ForAll("ids") String c) {
    Set<DirectPair> pairs = new HashSet<>();
    Set<ChannelName> names = new HashSet<>();
    for (String[] two : new String[][] {{a, b}, {b, c}, {a, c}, {a, a}, {b, b}, {c, c}}) {
      DirectPair pair = new DirectPair(Callers.ACME, new UserId(two[0]), new UserId(two[1]));
      pairs.add(pair);
      names.add(pair.key().name());
      assertThat(DirectInbox.is(pair.key())).isFalse();
      assertThat(DirectInbox.is(DirectInbox.of(Callers.ACME, new UserId(two[0])))).isTrue();
    }
    assertThat(names).hasSameSizeAs(pairs);
  }

  /** Whoever could name a pair could read it. */
  @Property
  void noNameThatAClientSendsIsTheNameOfAPair(
      @ForAll("ids") String self, @ForAll("ids") String a, @ForAll("ids") String b) {
    DirectPair others = new DirectPair(Callers.ACME, new UserId(a), new UserId(b));
    assertThat(refusal(self, others.key().name())).isEqualTo(ErrorCode.BAD_REQUEST);
    ChannelName inbox = DirectInbox.of(Callers.ACME, new UserId(a)).name();
    assertThat(refusal(self, inbox)).isEqualTo(ErrorCode.BAD_REQUEST);
  }

  private static ErrorCode refusal(String self, ChannelName name) {
    return Rejection.of(() -> DirectPair.of(Callers.ACME, new UserId(self), name)).code();
  }

  /** A second name of the same conversation would be a second channel to a client. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "direct:~61nn",
        "direct:auth0~7c7",
        "direct:x~",
        "direct:x~7",
        "direct:x~G0",
        "direct:~FF",
        "direct:~00",
        "direct:ann~~bob",
        "direct:ann~~"
      })
  void whatIsNoEscapedIdIsRefused(String name) {
    assertThat(refusal("ann", new ChannelName(name))).isEqualTo(ErrorCode.BAD_REQUEST);
  }

  @Test
  void theSamePeopleOfTwoTenantsNeverMeet() {
    UserId ann = new UserId("ann");
    UserId bob = new UserId("bob");
    assertThat(new DirectPair(new OrgId("other"), ann, bob).key())
        .isNotEqualTo(new DirectPair(Callers.ACME, ann, bob).key());
  }

  @Provide
  Arbitrary<String> ids() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "ann", "bob", "ANN", "auth0|7", "auth0~7C7", "a~~b", "~", "a:b", "ünal", "名"),
        Arbitraries.strings()
            .withChars("ab~|:7C ü")
            .ofMinLength(1)
            .ofMaxLength(6)
            .filter(s -> !s.isBlank()),
        Arbitraries.of("|".repeat(60), "|".repeat(90), "x".repeat(250), "ü".repeat(255)));
  }
}
