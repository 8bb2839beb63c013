package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.protocol.Marks.Count;
import dev.parley.protocol.Marks.Reactions;
import dev.parley.protocol.Marks.Version;
import dev.parley.protocol.ServerFrame.Changed;
import dev.parley.protocol.ServerFrame.Confirmation;
import dev.parley.protocol.ServerFrame.Connected;
import dev.parley.protocol.ServerFrame.Draining;
import dev.parley.protocol.ServerFrame.EphemeralPush;
import dev.parley.protocol.ServerFrame.ErrorReply;
import dev.parley.protocol.ServerFrame.HistoryPage;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Pong;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.protocol.ServerFrame.Refreshed;
import dev.parley.protocol.ServerFrame.Subscribed;
import dev.parley.protocol.ServerFrame.TokenExpiring;
import dev.parley.protocol.ServerFrame.Unconfirmed;
import dev.parley.protocol.ServerFrame.Unsubscribed;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWriterTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final ChannelName ROOM = new ChannelName("room:a");
  private static final StreamPosition AT_7 = new StreamPosition("e1", 7);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final MessageId ID =
      new MessageId(UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"));

  private static final String MESSAGE_JSON =
      "{'type':'message','channel':'room:a','epoch':'e1','offset':7,"
          + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','event':'said','data':{'a': 1.50},"
          + "'user':{'id':'u1','name':'Ann'},'time':'2026-03-01T12:00:00.000Z'}";

  private static MessagePush message() {
    return new MessagePush(
        ROOM,
        AT_7,
        ID,
        new EventName("said"),
        new JsonText("{\"a\": 1.50}"),
        new UserRef("u1", "Ann"),
        NOON);
  }

  /** One frame of each kind, so that none is forgotten below. */
  private static final Map<ServerFrame, String> FRAMES = new LinkedHashMap<>();

  static {
    FRAMES.put(message(), MESSAGE_JSON);
    FRAMES.put(
        message()
            .with(
                new Marks(
                    ID,
                    List.of(new UserId("bob")),
                    true,
                    new Version(9, NOON),
                    new Version(10, NOON),
                    new Reactions(
                        8,
                        List.of(
                            new Count(
                                new Reaction("+1"), 2, true, List.of(new UserRef("u2", null))))))),
        MESSAGE_JSON.substring(0, MESSAGE_JSON.length() - 1)
            + ",'replyTo':'01890a5d-ac96-774b-bcce-b302099a8057','mentions':['bob'],'confirm':true,"
            + "'edited':{'version':9,'time':'2026-03-01T12:00:00.000Z'},"
            + "'deleted':{'version':10,'time':'2026-03-01T12:00:00.000Z'},"
            + "'reactions':[{'reaction':'+1','count':2,'mine':true,'users':[{'id':'u2'}]}],"
            + "'reactionsOffset':8}");
    FRAMES.put(
        new Changed("updated", ROOM, ID, AT_7, NOON, true),
        "{'type':'updated','channel':'room:a',"
            + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','epoch':'e1','offset':7,"
            + "'time':'2026-03-01T12:00:00.000Z','duplicate':true}");
    FRAMES.put(
        new Receipt(ROOM, new UserRef("u1", "Ann"), 7L, null, null, null),
        "{'type':'receipt','channel':'room:a','user':{'id':'u1','name':'Ann'},'delivered':7}");
    FRAMES.put(
        new Receipt(ROOM, new UserRef("u1", null), 8L, 7L, 0L, 9L),
        "{'type':'receipt','channel':'room:a','user':{'id':'u1'},'delivered':8,'read':7,"
            + "'unread':0,'asOf':9}");
    FRAMES.put(
        new Confirmation(ROOM, ID, new UserRef("u1", null), NOON, true),
        "{'type':'confirmation','channel':'room:a',"
            + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','user':{'id':'u1'},"
            + "'time':'2026-03-01T12:00:00.000Z','duplicate':true}");
    FRAMES.put(
        new Unconfirmed(List.of(message())),
        "{'type':'unconfirmed','messages':[" + MESSAGE_JSON + "]}");
    FRAMES.put(
        new EphemeralPush(
            ROOM,
            ID,
            new EventName("said"),
            new JsonText("{\"a\": 1.50}"),
            new UserRef("u1", "Ann"),
            NOON),
        MESSAGE_JSON.replace("'epoch':'e1','offset':7,", ""));
    FRAMES.put(
        new Published(ROOM, ID, null, NOON, false),
        "{'type':'published','channel':'room:a',"
            + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057',"
            + "'time':'2026-03-01T12:00:00.000Z'}");
    FRAMES.put(
        new Subscribed(ROOM, null, false, true, List.of(), List.of("subscribe"), null),
        "{'type':'subscribed','channel':'room:a','recovered':false,"
            + "'wasRecovering':true,'messages':[],'permissions':['subscribe']}");
    FRAMES.put(
        new Published(ROOM, ID, AT_7, NOON, false),
        "{'type':'published','channel':'room:a',"
            + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','epoch':'e1','offset':7,"
            + "'time':'2026-03-01T12:00:00.000Z'}");
    FRAMES.put(
        new Published(ROOM, ID, AT_7, NOON, true),
        "{'type':'published','channel':'room:a',"
            + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','epoch':'e1','offset':7,"
            + "'time':'2026-03-01T12:00:00.000Z','duplicate':true}");
    FRAMES.put(
        new Subscribed(
            ROOM,
            AT_7,
            true,
            true,
            List.of(new JsonText(JsonWriter.push(message()))),
            List.of("subscribe", "publish"),
            null),
        "{'type':'subscribed','channel':'room:a','epoch':'e1','offset':7,'recovered':true,"
            + "'wasRecovering':true,'messages':["
            + MESSAGE_JSON
            + "],'permissions':['subscribe','publish']}");
    FRAMES.put(
        new Subscribed(ROOM, AT_7, false, false, List.of(), List.of(), "a member now"),
        "{'type':'subscribed','channel':'room:a','epoch':'e1','offset':7,'recovered':false,"
            + "'wasRecovering':false,'messages':[],'permissions':[],'reason':'a member now'}");
    FRAMES.put(new Unsubscribed(ROOM, null), "{'type':'unsubscribed','channel':'room:a'}");
    FRAMES.put(
        new Unsubscribed(ROOM, "not a member"),
        "{'type':'unsubscribed','channel':'room:a','reason':'not a member'}");
    FRAMES.put(
        new Connected(
            "c1",
            "node-1",
            new UserRef("u1", null),
            "acme",
            NOON,
            25,
            102_400,
            List.of(ROOM),
            Map.of(ROOM, AT_7),
            Map.of(ROOM, false)),
        "{'type':'connected','connectionId':'c1','node':'node-1','user':{'id':'u1'},'org':'acme',"
            + "'expiresAt':'2026-03-01T12:00:00.000Z','ping':25,'maxPayload':102400,"
            + "'channels':['room:a'],'positions':{'room:a':{'epoch':'e1','offset':7}},"
            + "'recovered':{'room:a':false}}");
    FRAMES.put(
        new HistoryPage(ROOM, List.of(message()), "cursor"),
        "{'type':'history','channel':'room:a','messages':[" + MESSAGE_JSON + "],'next':'cursor'}");
    FRAMES.put(
        new HistoryPage(ROOM, List.of(), null),
        "{'type':'history','channel':'room:a','messages':[]}");
    FRAMES.put(new Refreshed(NOON), "{'type':'refreshed','expiresAt':'2026-03-01T12:00:00.000Z'}");
    FRAMES.put(new TokenExpiring(60), "{'type':'token-expiring','expiresIn':60}");
    FRAMES.put(new Draining(700), "{'type':'draining','reconnectIn':700}");
    FRAMES.put(new Pong(), "{'type':'pong'}");
    FRAMES.put(
        ErrorReply.of(CommandRejected.badRequest("type: is unknown")),
        "{'type':'error','code':'bad_request','message':'type: is unknown','retryable':false}");
    FRAMES.put(
        ErrorReply.of(CommandRejected.unavailable("later", null)),
        "{'type':'error','code':'unavailable','message':'later','retryable':true,"
            + "'retryAfterMs':1000}");
  }

  @Test
  void eachFrameHasTheFieldsOfTheContractAndNoOthers() throws JsonProcessingException {
    for (Map.Entry<ServerFrame, String> frame : FRAMES.entrySet()) {
      JsonNode written = MAPPER.readTree(JsonWriter.push(frame.getKey()));
      assertThat(written).isEqualTo(MAPPER.readTree(frame.getValue().replace('\'', '"')));
    }
  }

  @Test
  void aPushCanSayHowManyWereLeftOutBeforeIt() throws JsonProcessingException {
    String push = JsonWriter.push(message());
    assertThat(MAPPER.readTree(JsonWriter.conflated(push, 12)))
        .isEqualTo(
            MAPPER.readTree(
                MESSAGE_JSON.replace('\'', '"').replaceFirst("}$", ",\"conflated\":12}")));
  }

  @Test
  void noKindOfFrameIsForgottenHere() {
    assertThat(FRAMES.keySet().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(ServerFrame.class.getPermittedSubclasses());
  }

  @Test
  void eachFrameIsOneLine() {
    for (ServerFrame frame : FRAMES.keySet()) {
      assertThat(JsonWriter.reply(1L, frame)).doesNotContain("\n", "\r");
    }
  }

  @Test
  void aReplyCarriesTheIdOfItsCommandAndAPushNone() throws JsonProcessingException {
    for (ServerFrame frame : FRAMES.keySet()) {
      JsonNode reply = MAPPER.readTree(JsonWriter.reply(9007199254740991L, frame));
      assertThat(reply.get("id").asLong()).isEqualTo(9007199254740991L);
      assertThat(MAPPER.readTree(JsonWriter.push(frame)).has("id")).isFalse();
    }
  }

  @Test
  void dataIsWrittenAsItCame() {
    assertThat(JsonWriter.push(message())).contains("\"data\":{\"a\": 1.50},");
  }

  @Test
  void timesHaveMilliseconds() {
    assertThat(JsonWriter.time(Instant.parse("2026-03-01T12:00:00Z")))
        .isEqualTo("2026-03-01T12:00:00.000Z");
    assertThat(JsonWriter.time(Instant.parse("2026-03-01T12:00:00.120999999Z")))
        .isEqualTo("2026-03-01T12:00:00.120Z");
    assertThat(JsonWriter.time(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000Z");
  }

  @Property
  void aTimeIsReadBackToTheMillisecond(
      @ForAll @LongRange(min = 0, max = 253_402_300_799_999L) long millis) {
    String text = JsonWriter.time(Instant.ofEpochMilli(millis));
    assertThat(text).hasSize(24);
    assertThat(Instant.parse(text)).isEqualTo(Instant.ofEpochMilli(millis));
  }

  @Property
  void namesOfPeopleAreReadBackAndNeverBreakTheLine(@ForAll String name)
      throws JsonProcessingException {
    MessagePush push =
        new MessagePush(
            ROOM, AT_7, ID, EventName.MESSAGE, JsonText.NULL, new UserRef("u", name), NOON);
    String json = JsonWriter.push(push);
    assertThat(json).doesNotContain("\n", "\r", "\u0000");
    assertThat(MAPPER.readTree(json).get("user").get("name").asText()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "bad_request, 400, false",
    "unauthorized, 401, false",
    "token_expired, 401, false",
    "forbidden, 403, false",
    "not_found, 404, false",
    "conflict, 409, false",
    "precondition_failed, 412, false",
    "too_large, 413, false",
    "limit_exceeded, 429, false",
    "rate_limited, 429, true",
    "unavailable, 503, true",
    "internal, 500, true",
  })
  void theErrorCodesAreThoseOfTheContract(String code, int status, boolean retryable) {
    assertThat(ErrorCode.values()).hasSize(12);
    assertThat(Arrays.stream(ErrorCode.values()).filter(one -> one.code().equals(code)))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.httpStatus()).isEqualTo(status);
              assertThat(one.retryable()).isEqualTo(retryable);
            });
  }
}
