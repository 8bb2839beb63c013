package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that mean something elsewhere never become channels (CWE-20, CWE-74, CWE-1007). */
class ChannelNameTest {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@~-";

  @ParameterizedTest
  @CsvSource({
    "room:a, room, a",
    "ROOM:A, ROOM, A",
    "a:b:c, a, b:c",
    "a::, a, :",
    "user:auth0~7C5f7c, user, auth0~7C5f7c",
    "user:ann@example.org, user, ann@example.org",
    "_.@~-9:_.:@~-9, _.@~-9, _.:@~-9",
  })
  void aNameIsANamespaceAndAPart(String name, String namespace, String local) {
    ChannelName channel = new ChannelName(name);
    assertThat(channel.namespace()).isEqualTo(namespace);
    assertThat(channel.local()).isEqualTo(local);
    assertThat(channel).hasToString(name);
  }

  @Test
  void aNameHasAtMost255Characters() {
    assertThat(ChannelName.isValid("room:" + "a".repeat(250))).isTrue();
    assertThat(ChannelName.isValid("room:" + "a".repeat(251))).isFalse();
    assertThat(ChannelName.isValid("room:" + "a".repeat(1_000_000))).isFalse();
  }

  @Test
  void aNamespaceHasAtMost64Characters() {
    assertThat(ChannelName.isValid("n".repeat(64) + ":a")).isTrue();
    assertThat(ChannelName.isValid("n".repeat(65) + ":a")).isFalse();
  }

  @Test
  void noCharacterOutsideTheAlphabetIsValid() {
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      boolean expected = ALPHABET.indexOf(c) >= 0;
      assertThat(ChannelName.isValid("room:" + c)).as("U+%04X", (int) c).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "room",
        "room:",
        ":a",
        " room:a",
        "room:a ",
        "room:a\n",
        "room: a",
        "room/a",
        "room:a/b",
        "room:../secret",
        "..:/",
        "room:*",
        "*:a",
        "room:a,b",
        "room:a?b",
        "room:a#b",
        "room:a&b",
        "room:a+b",
        "room:%2f",
        "room%3Aa",
        "room:a\u0000",
        "bus\u0000:a",
        "room:a\r\nid: 1",
        // Look-alikes: Cyrillic o, full-width letters, a full-width colon, a Kelvin sign
        "r\u043Eom:a",
        "room:\u0430",
        "\uFF52oom:a",
        "room\uFF1Aa",
        "room:\u212A",
        // Invisible: right-to-left override, zero-width space and joiner, soft hyphen, BOM
        "room:\u202Eb",
        "room:a\u200B",
        "ro\u200Dom:a",
        "room:a\u00ADb",
        "\uFEFFroom:a",
        "room:é",
        "room:e\u0301",
        "room:😀",
        "room:\ud800",
        "room:\u0660",
      })
  void anythingElseIsABadRequestThatNamesTheField(String name) {
    CommandRejected rejected = Rejection.of(() -> new ChannelName(name));
    assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(rejected.text()).startsWith("channel: ");
    // What was sent is not repeated: it may be made to mislead whoever reads the log.
    assertThat(rejected.text()).hasSizeLessThan(120);
  }

  /** {@code bus:} is a namespace like any other, and so unknown unless somebody declares it. */
  @Test
  void noNameIsMagic() {
    assertThat(new ChannelName("bus:a").namespace()).isEqualTo("bus");
    assertThat(new ChannelName("..:..").namespace()).isEqualTo("..");
  }

  @Property
  void aValidNameIsMadeOfTheAlphabetOnly(@ForAll @NotEmpty String text) {
    boolean inAlphabet = text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    int colon = text.indexOf(':');
    boolean expected =
        inAlphabet
            && text.length() <= 255
            && colon >= 1
            && colon <= 64
            && colon < text.length() - 1;
    assertThat(ChannelName.isValid(text)).isEqualTo(expected);
  }

  @Test
  void namesAreOrderedByTheirText() {
    assertThat(new ChannelName("a:b")).isLessThan(new ChannelName("a:c"));
    assertThat(new ChannelName("a:b")).isEqualByComparingTo(new ChannelName("a:b"));
  }

  @Test
  void aChannelIsTheSameOnlyWithinOneTenant() {
    ChannelName room = new ChannelName("room:a");
    assertThat(new ChannelKey(new OrgId("one"), room))
        .isEqualTo(new ChannelKey(new OrgId("one"), room))
        .isNotEqualTo(new ChannelKey(new OrgId("two"), room));
  }
}
