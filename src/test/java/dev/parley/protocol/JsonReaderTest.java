package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.Whitespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0",
        "0.10",
        "1e999999",
        "-1E-999999",
        "123456789012345678901234567890",
        "3.14159265358979323846264338327950288419716939937510",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\\u0041\\/\\n\\\"\"",
        "\"\\ud83d\\ude00 😀 \u2028\"",
        "[]",
        "{}",
        "[1, [2,{\"b\" : 3.0 } ] ]",
        "{\"__proto__\":{\"x\":1},\"b\":[true ,null]}",
      })
  void aValueIsKeptAsItsAuthorWroteIt(String value) {
    assertThat(data("{\"data\":" + value + "}")).isEqualTo(value);
    assertThat(data(" { \"a\" : 1 , \"data\" : " + value + " , \"z\" : [ ] } ")).isEqualTo(value);
  }

  @Test
  void aValueIsKeptBeyondTheReadersBuffer() {
    String value = "[\"" + "é😀x".repeat(40_000) + "\", 1.0]";
    String filler = "\"" + "y".repeat(33_000) + "\"";
    assertThat(data("{\"a\":" + filler + ",\"data\":" + value + ",\"z\":" + filler + "}"))
        .isEqualTo(value);
  }

  @Test
  void lineBreaksBetweenTokensBecomeSpaces() {
    assertThat(data("{\"data\":{\n\"a\"\r\n:\r[\n1\n,\n\"b\\n\"\n]\n}\n}"))
        .isEqualTo("{ \"a\"  : [ 1 , \"b\\n\" ] }");
  }

  @Property
  void aValueKeepsItsMeaningAndHasNoLineBreakWhateverWhitespaceStandsInIt(
      @ForAll @Chars({' ', '\n', '\r', '\t'}) @StringLength(max = 3) String space,
      @ForAll @AlphaChars @Whitespace @Chars({'"', '\\', '\n', '\u2029', 'é'}) String text)
      throws JsonProcessingException {
    String quoted = MAPPER.writeValueAsString(text);
    String value = "[" + space + quoted + space + ",{" + quoted + space + ":" + space + "1}]";
    String kept = data("{\"data\"" + space + ":" + space + value + space + "}");
    assertThat(kept).doesNotContain("\n", "\r");
    JsonNode node = MAPPER.readTree(kept);
    assertThat(node).isEqualTo(MAPPER.readTree(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "\"a\"",
        "null",
        "[]",
        "[{}]",
        "{",
        "{}}",
        "{} {}",
        "{}x",
        "{},",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":'b'}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":{\"b\":1]}",
        "{\"a\":[",
        "{\"a\":\"b",
        "{\"a\":tru}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":01}",
        "{\"a\":.5}",
        "{\"a\":5.}",
        "{\"a\":+1}",
        "{\"a\":0x10}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":1}//",
        "/**/{\"a\":1}",
        "#{\"a\":1}",
        "\u0000{}",
        "{}\u0000",
      })
  void whatIsNotExactlyOneObjectIsRefused(String text) {
    assertThat(Rejection.of(() -> JsonReader.object(text)).code()).isEqualTo(ErrorCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\t", "\u0000", "\u0001", "\u001f"})
  void aRawControlCharacterInAStringIsRefused(String control) {
    refused("{\"a\":\"x" + control + "\"}", "valid JSON");
  }

  @Test
  void fieldsThatOccurTwiceAreRefusedByName() {
    refused("{\"a\":1,\"b\":2,\"a\":1}", "a: occurs twice");
    refused("{\"a\":null,\"\\u0061\":null}", "a: occurs twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"a\":\"\\ud800x\"}",
        "{\"a\":\"\\ud800\\ud800\\udc00\"}",
        "{\"a\":\"x\ud800\"}",
        "{\"a\":\"\udc00x\"}",
        "{\"a\":[{\"b\":\"\\ud800\"}]}",
        "{\"a\":{\"\\ud800\":1}}",
        "{\"\\ud800\":1}",
      })
  void loneSurrogatesAreRefusedWhereverTheyStand(String text) {
    refused(text, "lone surrogates");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"x\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":[[\"\\u0000\"]]}",
        "{\"a\":{\"b\\u0000\":1}}",
      })
  void nulIsRefusedWhereverItStands(String text) {
    refused(text, "NUL");
  }

  @ParameterizedTest
  @CsvSource({"[,]", "'{\"a\":',}"})
  void nestingOfTenThousandLevelsIsRefusedBeforeItIsRead(String open, String close) {
    int levels = 10_000;
    String closed = "{\"a\":" + open.repeat(levels) + "1" + close.repeat(levels) + "}";
    String neverClosed = "{\"a\":" + open.repeat(levels);
    refused(closed, "nested deeper");
    refused(neverClosed, "nested deeper");
  }

  @Property(tries = 50)
  void nestingUpToTheLimitIsRead(@ForAll @IntRange(min = 1, max = 127) int levels) {
    String value = "[".repeat(levels) + "]".repeat(levels);
    assertThat(data("{\"data\":" + value + "}")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(ints = {513, 100_000})
  void aNumberOfHundredsOfDigitsIsRefused(int digits) {
    refused("{\"a\":" + "9".repeat(digits) + "}", "huge number");
    refused("{\"a\":[0." + "9".repeat(digits) + "]}", "huge number");
    refused("{\"a\":1e" + "9".repeat(digits) + "}", "");
  }

  @Test
  void aFieldNameOfMoreThanAThousandCharactersIsRefused() {
    refused("{\"" + "a".repeat(2000) + "\":1}", "");
    refused("{\"a\":{\"" + "a".repeat(2000) + "\":1}}", "");
  }

  @Test
  void theRefusalNeverHoldsWhatWasSent() {
    for (String text :
        List.of("{\"a\":secret}", "secret", "{\"a\":\"secret", "{\"a\":\"secret\\ud800\"}")) {
      assertThat(Rejection.of(() -> JsonReader.object(text)).text()).doesNotContain("secret");
    }
  }

  @Property
  void anyTextIsAnObjectOrABadRequestAndNothingElse(@ForAll String text) {
    assertThatCode(() -> JsonReader.object(text))
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isNull(),
            thrown ->
                assertThat(thrown)
                    .isInstanceOfSatisfying(
                        CommandRejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_REQUEST)));
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 'a: is missing'",
    "'{\"a\":null}', 'a: is missing'",
    "'{\"a\":1}', 'a: must be a string'",
    "'{\"a\":true}', 'a: must be a string'",
    "'{\"a\":[]}', 'a: must be a string'",
    "'{\"a\":{}}', 'a: must be a string'",
  })
  void aStringThatIsNoneIsNamed(String text, String message) {
    JsonObject object = JsonReader.object(text);
    assertThat(Rejection.of(() -> object.string("a")).text()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 'a: is missing'",
    "'{\"a\":\"1\"}', 'a: must be an integer'",
    "'{\"a\":1.0}', 'a: must be an integer'",
    "'{\"a\":1e3}', 'a: must be an integer'",
    "'{\"a\":1e999999}', 'a: must be an integer'",
    "'{\"a\":9223372036854775808}', 'a: is out of range'",
    "'{\"a\":-9223372036854775809}', 'a: is out of range'",
  })
  void anIntegerThatIsNoneIsNamed(String text, String message) {
    JsonObject object = JsonReader.object(text);
    assertThat(Rejection.of(() -> object.integer("a")).text()).isEqualTo(message);
  }

  @Test
  void aFlagThatIsNoneIsNamed() {
    JsonObject object = JsonReader.object("{\"a\":\"true\",\"b\":1,\"c\":null,\"d\":true}");
    assertThat(Rejection.of(() -> object.flag("a", false)).text())
        .isEqualTo("a: must be true or false");
    assertThat(Rejection.of(() -> object.flag("b", false)).text())
        .isEqualTo("b: must be true or false");
    assertThat(object.flag("c", true)).isTrue();
    assertThat(object.flag("absent", true)).isTrue();
    assertThat(object.flag("d", false)).isTrue();
  }

  @Test
  void anExplicitNullIsAValueButAnAbsentFieldIsNot() {
    JsonObject object = JsonReader.object("{\"a\": null}");
    assertThat(object.value("a")).isEqualTo(JsonText.NULL);
    assertThat(object.has("a")).isFalse();
    assertThat(Rejection.of(() -> object.value("b")).text()).isEqualTo("b: is missing");
  }

  @Test
  void stringsOfAnArrayAreReadOrRefusedByTheirPlace() {
    JsonObject object =
        JsonReader.object("{\"a\":[\"x\",\"\\u00e9\"],\"b\":[\"x\",7],\"c\":[[\"x\"]],\"d\":7}");
    assertThat(object.strings("a", 2)).containsExactly("x", "é");
    assertThat(Rejection.of(() -> object.strings("a", 1)).text())
        .isEqualTo("a: must have at most 1 elements");
    assertThat(Rejection.of(() -> object.strings("b", 2)).text())
        .isEqualTo("b[1]: must be a string");
    assertThat(Rejection.of(() -> object.strings("c", 2)).text())
        .isEqualTo("c[0]: must be a string");
    assertThat(Rejection.of(() -> object.strings("d", 2)).text()).isEqualTo("d: must be an array");
    assertThat(Rejection.of(() -> object.strings("e", 2)).text()).isEqualTo("e: is missing");
  }

  @Test
  void aPayloadDoesNotShowInTheTextOfItsHolder() {
    assertThat(new JsonText("\"secret\"").toString()).doesNotContain("secret");
  }

  @Test
  void bytesAreThoseOfTheUtf8Form() {
    assertThat(new JsonText("\"é😀\"").bytes()).isEqualTo(8);
  }

  private static String data(String text) {
    return JsonReader.object(text).value("data").value();
  }

  private static void refused(String text, String words) {
    CommandRejected rejected = Rejection.of(() -> JsonReader.object(text));
    assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(rejected.text()).contains(words);
  }
}
