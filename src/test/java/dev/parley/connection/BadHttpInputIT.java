package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.WireTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no honest client sends: bodies, keys, paths and query parameters. Each gets a
 * problem document that names what is wrong, and nothing is stored.
 */
class BadHttpInputIT extends WireTest {
  private final String room = Tenant.room();
  private Person ann;
  private Api api;

  @BeforeEach
  void ann() {
    ann = tenant.person("ann");
    api = ann.api();
  }

  // Bodies ---------------------------------------------------------------------------------------

  static Stream<Arguments> badBodies() {
    return Stream.of(
        arguments("nothing", "", ""),
        arguments("text", "nonsense", "JSON"),
        arguments("half an object", "{\"data\":1", "JSON"),
        arguments("two objects", "{\"data\":1}{\"data\":2}", "JSON"),
        arguments("an array", "[1]", "object"),
        arguments("null", "null", "object"),
        arguments("no data", "{\"event\":\"x\"}", "data"),
        arguments("data twice", "{\"data\":1,\"data\":2}", "data"),
        arguments("an event that is a number", "{\"data\":1,\"event\":7}", "event"),
        arguments("an event with a line break", "{\"data\":1,\"event\":\"a\\nb\"}", "event"),
        arguments("a lone surrogate", "{\"data\":\"\\ud800\"}", "surrogate"),
        arguments("a NUL", "{\"data\":\"\\u0000\"}", "NUL"),
        arguments("a raw NUL", "{\"data\":\"\u0000\"}", "JSON"),
        arguments("a huge number", "{\"data\":" + "9".repeat(5000) + "}", "number"),
        arguments(
            "deep nesting",
            "{\"data\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
            "nested"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badBodies")
  void aBadBodyIsABadRequestThatNamesWhatIsWrong(String name, String body, String named) {
    JsonNode problem = api.post(Api.messagesPath(room), body).problem(400, "bad_request");
    assertThat(problem.get("detail").asText()).contains(named);
    assertThat(api.stored(room)).isEmpty();
  }

  @Test
  void bytesThatAreNotUtf8AreABadRequest() {
    byte[] body = "{\"data\":\"xx\"}".getBytes(StandardCharsets.ISO_8859_1);
    body[9] = (byte) 0xC3;
    body[10] = (byte) 0x28;
    api.post(Api.messagesPath(room), BodyPublishers.ofByteArray(body)).problem(400, "bad_request");
    assertThat(api.stored(room)).isEmpty();
  }

  @Test
  void aPayloadAbove100KiBIsTooLarge() {
    api.publish(room, "x".repeat(101 * 1024)).problem(413, "too_large");
    assertThat(api.stored(room)).isEmpty();
  }

  @Test
  void aBodyThatIsFarTooLongIsRefusedToo() {
    api.publish(room, "x".repeat(2 * 1024 * 1024)).problem(413, "too_large");
    assertThat(api.stored(room)).isEmpty();
  }

  @Test
  void aBadIdempotencyKeyIsNamed() {
    for (String key : new String[] {"x".repeat(256), "a\tb"}) {
      JsonNode problem =
          api.post(Api.messagesPath(room), "{\"data\":1}", "Idempotency-Key", key)
              .problem(400, "bad_request");
      assertThat(problem.get("detail").asText().toLowerCase(Locale.ROOT)).contains("key");
    }
    assertThat(api.stored(room)).isEmpty();
  }

  // Channels -------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"room", "room:", ":x", "room:a%20b", "room:%C3%A9", "room:a%2Cb", "a*:b"})
  void aMalformedChannelNameIsABadRequest(String channel) {
    JsonNode problem = api.publish(channel, 1).problem(400, "bad_request");
    assertThat(problem.get("detail").asText()).contains("channel");
    problem = api.history(channel, "").problem(400, "bad_request");
    assertThat(problem.get("detail").asText()).contains("channel");
  }

  @Test
  void aChannelNameThatIsTooLongIsABadRequest() {
    api.publish("room:" + "x".repeat(251), 1).problem(400, "bad_request");
  }

  @Test
  void aSlashInAChannelNameReachesNothing() {
    // Encoded slashes are the container's to refuse; whatever it answers, it is not a success.
    assertThat(api.history("room:a%2Fb", "").status()).isBetween(400, 404);
  }

  // History query --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=-1",
        "limit=101",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "before=-1",
        "before=x%20y",
        "before=9007199254740992",
        "after=-1",
        "after=1e400",
        "after=99999999999999999999999",
        "before=5&after=1"
      })
  void aBadHistoryParameterIsNamed(String query) {
    JsonNode problem = api.history(room, query).problem(400, "bad_request");
    assertThat(problem.get("detail").asText()).contains(query.substring(0, query.indexOf('=')));
  }

  // Streams and polls ----------------------------------------------------------------------------

  static Stream<Arguments> badQueries() {
    return Stream.of(
        arguments("channels=room", "channel"),
        arguments("channels=room:a%20b", "channel"),
        arguments("channels=room:%C3%A9", "channel"),
        arguments("channels=room:a,,room:b", "channel"),
        arguments("channels=$room&position=$room", "position"),
        arguments("channels=$room&position=$room,e", "position"),
        arguments("channels=$room&position=$room,e,x", "position"),
        arguments("channels=$room&position=$room,e,-1", "position"),
        arguments("channels=$room&position=$room,,1", "position"),
        arguments("channels=$room&position=$room,e,1,2", "position"),
        arguments("channels=$room&position=$room,e,9007199254740992", "position"),
        arguments("channels=$room&position=$room," + "e".repeat(100) + ",1", "position"),
        arguments("channels=$room&position=nonsense,e,1", "position"),
        arguments("channels=$room&cursor=nonsense", "cursor"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badQueries")
  void aBadParameterOfAStreamOrAPollIsNamed(String query, String named) {
    String filled = query.replace("$room", room);
    for (String path : new String[] {"api/v1/stream?", "api/v1/poll?wait=0&"}) {
      JsonNode problem = api.get(path + filled).problem(400, "bad_request");
      assertThat(problem.get("detail").asText()).as(path).contains(named);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "31", "1.5", "99999999999999999999"})
  void aBadWaitIsNamed(String wait) {
    JsonNode problem =
        api.get("api/v1/poll?channels=" + room + "&wait=" + wait).problem(400, "bad_request");
    assertThat(problem.get("detail").asText()).contains("wait");
  }

  @Test
  void aStreamOfAnUnknownNamespaceIsNotFound() {
    for (String path : new String[] {"api/v1/stream?", "api/v1/poll?wait=0&"}) {
      api.get(path + "channels=" + room + ",nowhere:x").problem(404, "not_found");
    }
  }

  @Test
  void aConnectionHasAtMost128Channels() {
    String channels =
        IntStream.range(0, 130).mapToObj(i -> room + "-" + i).collect(Collectors.joining(","));
    for (String path : new String[] {"api/v1/stream?", "api/v1/poll?wait=0&"}) {
      api.get(path + "channels=" + ServerUrl.encode(channels)).problem(429, "limit_exceeded");
    }
  }
}
