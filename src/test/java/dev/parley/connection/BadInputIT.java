package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that no honest client sends. Each gets the contract's error that names what is wrong, the
 * connection lives on, and nothing is stored.
 */
class BadInputIT extends WireTest {
  private static final String LONE_SURROGATE = "\\ud800";
  private static final String NUL = "\\u0000";

  private final String room = Tenant.room();
  private Person ann;
  private WsClient client;

  @BeforeEach
  void connect() {
    ann = tenant.person("ann");
    client = ann.connect();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  // Not a command --------------------------------------------------------------------------------

  static Stream<Arguments> framesThatAreNoCommand() {
    return Stream.of(
        arguments("text", "nonsense", "JSON"),
        arguments("half an object", "{\"type\":\"ping\"", "JSON"),
        arguments("something behind the object", "{\"type\":\"ping\"} x", "JSON"),
        arguments("two objects without a break", "{\"type\":\"ping\"}{}", "JSON"),
        arguments("an array", "[]", "object"),
        arguments("null", "null", "object"),
        arguments("a number", "42", "object"),
        arguments("a string", "\"ping\"", "object"),
        arguments("a comment", "/* x */ {\"type\":\"ping\"}", "JSON"),
        arguments("single quotes", "{'type':'ping'}", "JSON"),
        arguments("not a number", "{\"type\":\"ping\",\"x\":NaN}", "JSON"),
        arguments("leading zeros", "{\"type\":\"ping\",\"x\":007}", "JSON"),
        arguments("a control character", "{\"type\":\"pi\u0001ng\"}", "JSON"),
        arguments("a raw NUL", "{\"type\":\"ping\u0000\"}", "JSON"),
        arguments("an empty object", "{}", "type"),
        arguments("no type", "{\"channel\":\"room:x\"}", "type"),
        arguments("a null type", "{\"type\":null}", "type"),
        arguments("a type that is a number", "{\"type\":7}", "type"),
        arguments("a type that is an object", "{\"type\":{}}", "type"),
        arguments("an unknown type", "{\"type\":\"fly\"}", "type"),
        arguments("another case", "{\"type\":\"PING\"}", "type"),
        arguments("a server's type", "{\"type\":\"published\"}", "type"),
        arguments("a duplicate type", "{\"type\":\"ping\",\"type\":\"ping\"}", "type"),
        arguments("an id of zero", "{\"id\":0,\"type\":\"ping\"}", "id"),
        arguments("a negative id", "{\"id\":-1,\"type\":\"ping\"}", "id"),
        arguments("an id that is a text", "{\"id\":\"1\",\"type\":\"ping\"}", "id"),
        arguments("a fractional id", "{\"id\":1.5,\"type\":\"ping\"}", "id"),
        arguments("an id beyond 2^53", "{\"id\":9007199254740992,\"type\":\"ping\"}", "id"),
        arguments("a huge id", "{\"id\":" + "9".repeat(60) + ",\"type\":\"ping\"}", "id"),
        arguments("a lone surrogate in the type", "{\"type\":\"" + LONE_SURROGATE + "\"}", ""),
        arguments("a NUL in the type", "{\"type\":\"ping" + NUL + "\"}", ""),
        arguments("a field of 2,000 characters", "{\"" + "x".repeat(2000) + "\":1}", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("framesThatAreNoCommand")
  void whatIsNoCommandIsABadRequestAndTheConnectionLivesOn(
      String name, String frame, String named) {
    client.sendText(frame);
    JsonNode error = client.awaitError("bad_request");
    assertThat(error.get("message").asText()).contains(named);
    assertThat(error.get("retryable").asBoolean()).isFalse();
    client.assertNothingElse();
  }

  /** F-05. Seen to fail when nobody counts. */
  @Test
  void whoSaysAHundredTimesWhatIsNoCommandIsClosedWith4006() {
    client.sendText("nonsense\n".repeat(99));
    client.assertAlive();
    client.sendText("nonsense\n".repeat(100));
    assertThat(client.awaitClose().code()).isEqualTo(4006);
  }

  // Bad fields -----------------------------------------------------------------------------------

  static Stream<Arguments> badFields() {
    String huge = "9".repeat(400);
    return Stream.of(
        arguments("publish", "'data':1", "channel"),
        arguments("publish", "'channel':null,'data':1", "channel"),
        arguments("publish", "'channel':7,'data':1", "channel"),
        arguments("publish", "'channel':['$room'],'data':1", "channel"),
        arguments("publish", "'channel':'$room'", "data"),
        arguments("publish", "'channel':'$room','data':1,'data':2", "data"),
        arguments("publish", "'channel':'$room','channel':'room:other','data':1", "channel"),
        arguments("publish", "'channel':'$room','data':1,'event':7", "event"),
        arguments("publish", "'channel':'$room','data':1,'event':''", "event"),
        arguments("publish", "'channel':'$room','data':1,'event':'a b'", "event"),
        arguments("publish", "'channel':'$room','data':1,'event':'a\\nid: 1'", "event"),
        arguments("publish", "'channel':'$room','data':1,'event':'é'", "event"),
        arguments("publish", "'channel':'$room','data':1,'event':'" + huge + "'", "event"),
        arguments("publish", "'channel':'$room','data':1,'key':7", "key"),
        arguments("publish", "'channel':'$room','data':1,'key':''", "key"),
        arguments("publish", "'channel':'$room','data':1,'key':'é'", "key"),
        arguments("publish", "'channel':'$room','data':1,'key':'" + huge + "'", "key"),
        arguments("publish", "'channel':'$room','data':1,'confirm':'yes'", "confirm"),
        arguments("publish", "'channel':'$room','data':'" + LONE_SURROGATE + "'", "surrogate"),
        arguments("publish", "'channel':'$room','data':['\\udc00\\ud800']", "surrogate"),
        arguments("publish", "'channel':'$room','data':{'" + LONE_SURROGATE + "':1}", "surrogate"),
        arguments("publish", "'channel':'$room','data':'a" + NUL + "b'", "NUL"),
        arguments("publish", "'channel':'$room','data':{'" + NUL + "':1}", "NUL"),
        arguments("publish", "'channel':'$room','data':" + "9".repeat(5000), "number"),
        arguments("publish", "'channel':'$room','data':[0." + "1".repeat(5000) + "]", "number"),
        arguments("publish", "'channel':'$room','data':" + nested(10_000), "nested"),
        arguments("publish", "'channel':'$room','data':" + "[".repeat(10_000), ""),
        arguments("publish", "'channel':'$room','data':" + nestedObjects(10_000), "nested"),
        arguments("subscribe", "'channel':'$room','recover':'x'", "recover"),
        arguments("subscribe", "'channel':'$room','recover':{}", ""),
        arguments("subscribe", "'channel':'$room','recover':{'epoch':'e'}", "offset"),
        arguments("subscribe", "'channel':'$room','recover':{'offset':1}", "epoch"),
        arguments("subscribe", "'channel':'$room','recover':{'epoch':1,'offset':1}", "epoch"),
        arguments("subscribe", "'channel':'$room','recover':{'epoch':'e','offset':-1}", "offset"),
        arguments("subscribe", "'channel':'$room','recover':{'epoch':'e','offset':'1'}", "offset"),
        arguments("subscribe", "'channel':'$room','recover':{'epoch':'e','offset':1.5}", "offset"),
        arguments(
            "subscribe",
            "'channel':'$room','recover':{'epoch':'e','offset':" + huge + "}",
            "offset"),
        arguments(
            "subscribe",
            "'channel':'$room','recover':{'epoch':'" + huge + "','offset':1}",
            "epoch"),
        arguments("subscribe", "'channel':'$room','recover':{'cursor':7}", "cursor"),
        arguments("subscribe", "'channel':'$room','history':-1", "history"),
        arguments("subscribe", "'channel':'$room','history':101", "history"),
        arguments("subscribe", "'channel':'$room','history':'all'", "history"),
        arguments("subscribe", "'channel':'$room','presence':1", "presence"),
        arguments("unsubscribe", "", "channel"),
        arguments("ack", "'channel':'$room'", "offset"),
        arguments("ack", "'channel':'$room','offset':-1", "offset"),
        arguments("ack", "'channel':'$room','offset':1e400", "offset"),
        arguments("history", "'channel':'$room','limit':0", "limit"),
        arguments("history", "'channel':'$room','limit':101", "limit"),
        arguments("history", "'channel':'$room','limit':'10'", "limit"),
        arguments("history", "'channel':'$room','before':-1", "before"),
        arguments("history", "'channel':'$room','after':1.5", "after"),
        arguments("history", "'channel':'$room','after':" + huge, "after"),
        arguments("history", "'channel':'$room','before':5,'after':1", "before"),
        arguments("history", "'channel':'$room','before':[1]", "before"),
        arguments("refresh", "", "token"),
        arguments("refresh", "'token':7", "token"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("badFields")
  void aBadFieldIsNamedUnderTheCommandsIdAndNothingIsStored(
      String type, String fields, String named) {
    long id = client.freshId();
    var reply = client.expectReply(id);
    client.sendText(
        "{\"id\":"
            + id
            + ",\"type\":\""
            + type
            + "\""
            + (fields.isEmpty() ? "" : ",")
            + fields.replace('\'', '"').replace("$room", room)
            + "}");
    JsonNode error = Await.result("the error", reply);
    assertThat(error.get("type").asText()).as("%s", error).isEqualTo("error");
    assertThat(error.get("code").asText()).isEqualTo("bad_request");
    assertThat(error.get("message").asText()).contains(named);
    client.assertNothingElse();
    assertThat(ann.api().stored(room)).isEmpty();
  }

  // Channel names --------------------------------------------------------------------------------

  static Stream<String> malformedChannels() {
    return Stream.of(
        "",
        ":",
        "room",
        "room:",
        ":x",
        "room:a b",
        "room:a/b",
        "room:a,b",
        "room:*",
        "room:a#b",
        "room:a?b",
        "room:a%2fb",
        "room:a\\b",
        "room:a\nb",
        "room:é",
        "room:а",
        "room:a\u200Bb",
        "room:a\u202Eb",
        "room:\u0000",
        "rоom:x",
        "room:" + "x".repeat(251));
  }

  @ParameterizedTest
  @MethodSource("malformedChannels")
  void aMalformedChannelNameIsABadRequest(String channel) {
    for (String type : new String[] {"subscribe", "unsubscribe", "publish", "history"}) {
      JsonNode error = client.rejected("bad_request", type, "channel", channel, "data", 1);
      assertThat(error.get("message").asText()).isNotBlank();
    }
    client.assertNothingElse();
  }

  @Test
  void theLongestChannelNameIsGood() {
    String longest = (room + "-" + "x".repeat(255)).substring(0, 255);
    client.command("subscribe", "channel", longest);
    client.command("publish", "channel", longest, "data", 1);
    client.awaitMessage(longest);
  }

  @Test
  void anUnknownNamespaceIsNotFound() {
    for (String type : new String[] {"subscribe", "publish", "history"}) {
      JsonNode error = client.rejected("not_found", type, "channel", "nowhere:x", "data", 1);
      assertThat(error.get("message").asText()).contains("channel");
    }
    for (String inner : new String[] {"bus:x", "__proto__:x", "ROOM:x", "..:x"}) {
      client.rejected("not_found", "subscribe", "channel", inner);
    }
    client.assertNothingElse();
  }

  // Size -----------------------------------------------------------------------------------------

  @Test
  void aPayloadAbove100KiBIsTooLargeAndTheConnectionLivesOn() {
    JsonNode error =
        client.rejected("too_large", "publish", "channel", room, "data", "x".repeat(101 * 1024));
    assertThat(error.get("message").asText()).contains("data");
    client.assertNothingElse();
    assertThat(ann.api().stored(room)).isEmpty();
  }

  @Test
  void theLimitCountsBytesAndNotCharacters() {
    client.rejected("too_large", "publish", "channel", room, "data", "漢".repeat(35 * 1024));
    assertThat(ann.api().stored(room)).isEmpty();
  }

  @Test
  void aPayloadOf100KiBIsStoredWhole() {
    String whole = "x".repeat(100 * 1024 - 2);
    client.command("subscribe", "channel", room);
    client.command("publish", "channel", room, "data", whole);
    assertThat(client.awaitMessage(room).get("data").asText()).isEqualTo(whole);
    assertThat(ann.api().stored(room)).containsExactly(whole);
  }

  @Test
  void theDeepestAllowedNestingIsStored() {
    client.sendText(
        "{\"id\":77,\"type\":\"publish\",\"channel\":\""
            + room
            + "\",\"data\":"
            + nested(100)
            + "}");
    assertThat(client.awaitFrame("a reply", f -> f.path("id").asLong() == 77).get("type").asText())
        .isEqualTo("published");
    assertThat(ann.api().historyAfter(room, 0).get(0).get("data"))
        .isEqualTo(Json.parse(nested(100)));
  }

  private static String nested(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  private static String nestedObjects(int levels) {
    return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
  }

  // Persistence ----------------------------------------------------------------------------------

  @Test
  void textThatLooksLikeSqlOrMarkupIsOnlyText() {
    for (String text :
        new String[] {
          "'; DROP TABLE message; --", "<script>alert(1)</script>", "${jndi:ldap://x}", "%s%n\\"
        }) {
      client.command("publish", "channel", room, "data", text, "key", "k " + text);
    }
    assertThat(ann.api().stored(room))
        .containsExactly(
            "'; DROP TABLE message; --", "<script>alert(1)</script>", "${jndi:ldap://x}", "%s%n\\");
  }
}
