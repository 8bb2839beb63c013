package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePackTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "\"größe 😀\"",
        "0",
        "-1",
        "9007199254740991",
        "-9223372036854775808",
        "1.5",
        "{\"type\":\"publish\",\"data\":{\"a\":[1,2,{\"b\":null}],\"c\":\"\"}}"
      })
  void aValueComesBackAsItWas(String json) {
    assertThat(MessagePack.toJson(MessagePack.fromJson(json))).containsExactly(json);
  }

  /** By the specification's own examples of the formats. */
  @Test
  void theBytesAreThoseOfTheSpecification() {
    assertThat(hex("{\"id\":1,\"type\":\"ping\"}")).isEqualTo("82a2696401a474797065a470696e67");
    assertThat(hex("[true,null,-1,128]")).isEqualTo("94c3c0ffcc80");
    assertThat(hex("9007199254740991")).isEqualTo("cf001fffffffffffff");
  }

  private static String hex(String json) {
    return HexFormat.of().formatHex(MessagePack.fromJson(json));
  }

  @Test
  void numbersBeyondTheFormatBecomeFloatingPoint() {
    assertThat(MessagePack.toJson(MessagePack.fromJson("123456789012345678901234567890")))
        .containsExactly("1.2345678901234568E29");
  }

  @Test
  void valuesThatFollowOneAnotherAreReadOneByOne() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(MessagePack.fromJson("{\"a\":1}"));
    both.writeBytes(MessagePack.fromJson("{\"b\":2}"));
    assertThat(MessagePack.toJson(both.toByteArray())).containsExactly("{\"a\":1}", "{\"b\":2}");
  }

  /** Cut off, a reserved byte, an array of two billion, binary data, an extension. */
  @ParameterizedTest
  @ValueSource(strings = {"82a26964", "c1", "dd7fffffff", "c40101", "d40100", "a3ff"})
  void whatHasNoJsonFormIsABadRequest(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> MessagePack.toJson(bytes))
        .isInstanceOfSatisfying(
            CommandRejected.class,
            rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_REQUEST));
  }

  @Test
  void deepNestingIsABadRequestAndNoOverflow() {
    byte[] deep = new byte[250_000];
    java.util.Arrays.fill(deep, (byte) 0x91);
    assertThatThrownBy(() -> MessagePack.toJson(deep)).isInstanceOf(CommandRejected.class);
  }

  @Test
  void nothingIsNoValue() {
    assertThat(MessagePack.toJson(new byte[0])).isEmpty();
  }
}
