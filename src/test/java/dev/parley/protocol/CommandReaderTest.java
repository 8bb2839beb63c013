package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Command.Ack;
import dev.parley.protocol.Command.Confirm;
import dev.parley.protocol.Command.Connect;
import dev.parley.protocol.Command.Delete;
import dev.parley.protocol.Command.History;
import dev.parley.protocol.Command.HistoryBound;
import dev.parley.protocol.Command.Ping;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.Command.React;
import dev.parley.protocol.Command.Read;
import dev.parley.protocol.Command.Recover;
import dev.parley.protocol.Command.Refresh;
import dev.parley.protocol.Command.Resume;
import dev.parley.protocol.Command.Subscribe;
import dev.parley.protocol.Command.Unsubscribe;
import dev.parley.protocol.Command.Update;
import dev.parley.protocol.CommandReader.Line;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
  private static final ChannelName ROOM = new ChannelName("room:a");
  private static final MessageId MESSAGE = MessageId.parse("01890a5d-ac96-774b-bcce-b302099a8057");
  private static final StreamPosition AT_7 = new StreamPosition("e", 7);

  @Test
  void connect() {
    assertThat(command("{'type':'connect','token':'t'}"))
        .isEqualTo(new Connect("t", null, Resume.NONE));
    assertThat(command("{'type':'connect','token':'t','device':'d','resume':'cursor'}"))
        .isEqualTo(new Connect("t", "d", new Resume(Map.of(), "cursor")));
    assertThat(
            command("{'type':'connect','token':'t','resume':{'room:a':{'epoch':'e','offset':7}}}"))
        .isEqualTo(new Connect("t", null, new Resume(Map.of(ROOM, AT_7), null)));
  }

  @Test
  void subscribe() {
    assertThat(command("{'type':'subscribe','channel':'room:a'}"))
        .isEqualTo(new Subscribe(ROOM, null, 0, false));
    assertThat(
            command(
                "{'type':'subscribe','channel':'room:a','history':100,'presence':true,"
                    + "'recover':{'epoch':'e','offset':7}}"))
        .isEqualTo(new Subscribe(ROOM, new Recover(AT_7, null), 100, true));
    assertThat(command("{'type':'subscribe','channel':'room:a','recover':{'cursor':'c'}}"))
        .isEqualTo(new Subscribe(ROOM, new Recover(null, "c"), 0, false));
  }

  @Test
  void presence() {
    assertThat(command("{'type':'presence','channel':'room:a'}"))
        .isEqualTo(new Command.Presence(ROOM));
  }

  @Test
  void status() {
    assertThat(command("{'type':'status','status':'busy','info':'in a call'}"))
        .isEqualTo(new Command.Status(PresenceStatus.BUSY, "in a call"));
    assertThat(command("{'type':'status','status':'online'}"))
        .isEqualTo(new Command.Status(PresenceStatus.ONLINE, null));
    for (String bad : new String[] {"offline", "gone", "ONLINE", ""}) {
      assertThat(CommandReader.read("{\"type\":\"status\",\"status\":\"" + bad + "\"}").error())
          .hasMessageContaining("status");
    }
    String longInfo = "i".repeat(129);
    assertThat(
            CommandReader.read(
                    "{\"type\":\"status\",\"status\":\"away\",\"info\":\"" + longInfo + "\"}")
                .error())
        .hasMessageContaining("info");
  }

  @Test
  void typing() {
    assertThat(command("{'type':'typing','channel':'room:a','typing':false}"))
        .isEqualTo(new Command.Typing(ROOM, false));
    assertThat(command("{'type':'typing','channel':'room:a'}"))
        .isEqualTo(new Command.Typing(ROOM, true));
  }

  @Test
  void unsubscribe() {
    assertThat(command("{'type':'unsubscribe','channel':'room:a'}"))
        .isEqualTo(new Unsubscribe(ROOM));
  }

  @Test
  void publish() {
    assertThat(command("{'type':'publish','channel':'room:a','data':null}"))
        .isEqualTo(new Publish(ROOM, EventName.MESSAGE, JsonText.NULL, null, false));
    assertThat(
            command(
                "{'type':'publish','channel':'room:a','event':'x','data':{'a': 1.50},"
                    + "'key':'k','confirm':true}"))
        .isEqualTo(
            new Publish(
                ROOM,
                new EventName("x"),
                new JsonText("{\"a\": 1.50}"),
                new IdempotencyKey("k"),
                true));
  }

  @Test
  void aPublishMayAnswerAMessageAndMentionPeople() {
    Publish publish =
        (Publish)
            command(
                "{'type':'publish','channel':'room:a','data':1,'replyTo':'"
                    + MESSAGE
                    + "','mentions':['bob','ann','bob']}");
    assertThat(publish.replyTo()).isEqualTo(MESSAGE);
    assertThat(publish.mentions()).containsExactly(new UserId("bob"), new UserId("ann"));
  }

  @Test
  void mentionsAreAtMostFiftyUsers() {
    String fifty = "'u'" + ",'u'".repeat(49);
    command("{'type':'publish','channel':'room:a','data':1,'mentions':[" + fifty + "]}");
    assertThat(
            error("{'type':'publish','channel':'room:a','data':1,'mentions':[" + fifty + ",'u']}"))
        .startsWith("mentions:");
    assertThat(error("{'type':'publish','channel':'room:a','data':1,'mentions':[1]}"))
        .startsWith("mentions[0]:");
    assertThat(error("{'type':'publish','channel':'room:a','data':1,'mentions':['']}"))
        .startsWith("user:");
    assertThat(error("{'type':'publish','channel':'room:a','data':1,'mentions':'bob'}"))
        .startsWith("mentions:");
  }

  @Test
  void changes() {
    String start = "','channel':'room:a','messageId':'" + MESSAGE + "'";
    assertThat(command("{'type':'update" + start + ",'data':1}"))
        .isEqualTo(new Update(ROOM, MESSAGE, new JsonText("1"), null, null));
    assertThat(command("{'type':'update" + start + ",'data':null,'version':7,'key':'k'}"))
        .isEqualTo(new Update(ROOM, MESSAGE, JsonText.NULL, 7L, new IdempotencyKey("k")));
    assertThat(command("{'type':'delete" + start + "}")).isEqualTo(new Delete(ROOM, MESSAGE, null));
    assertThat(command("{'type':'react" + start + ",'reaction':'+1'}"))
        .isEqualTo(new React(ROOM, MESSAGE, new Reaction("+1"), false));
    assertThat(command("{'type':'react" + start + ",'reaction':'+1','remove':true}"))
        .isEqualTo(new React(ROOM, MESSAGE, new Reaction("+1"), true));
    assertThat(error("{'type':'update" + start + "}")).startsWith("data:");
    assertThat(error("{'type':'delete','channel':'room:a','messageId':'7'}"))
        .startsWith("messageId:");
    assertThat(error("{'type':'update" + start + ",'data':1,'version':-1}")).startsWith("version:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "\\u0000", "\\u0007"})
  void aReactionIsAVisibleSign(String reaction) {
    assertThat(
            error(
                "{'type':'react','channel':'room:a','messageId':'"
                    + MESSAGE
                    + "','reaction':'"
                    + reaction
                    + "'}"))
        .isNotEmpty();
  }

  @Test
  void confirmAndRead() {
    assertThat(command("{'type':'confirm','channel':'room:a','messageId':'" + MESSAGE + "'}"))
        .isEqualTo(new Confirm(ROOM, MESSAGE));
    assertThat(command("{'type':'read','channel':'room:a','offset':7}"))
        .isEqualTo(new Read(ROOM, 7));
    assertThat(error("{'type':'read','channel':'room:a','offset':-1}")).startsWith("offset:");
  }

  @Test
  void ack() {
    assertThat(command("{'type':'ack','channel':'room:a','offset':0}")).isEqualTo(new Ack(ROOM, 0));
  }

  @Test
  void history() {
    assertThat(command("{'type':'history','channel':'room:a'}"))
        .isEqualTo(new History(ROOM, null, null, History.DEFAULT_LIMIT));
    assertThat(command("{'type':'history','channel':'room:a','before':9,'limit':1}"))
        .isEqualTo(new History(ROOM, HistoryBound.ofOffset(9), null, 1));
    assertThat(command("{'type':'history','channel':'room:a','after':'cursor','limit':100}"))
        .isEqualTo(new History(ROOM, null, HistoryBound.ofCursor("cursor"), 100));
  }

  @Test
  void refreshAndPing() {
    assertThat(command("{'type':'refresh','token':'t'}")).isEqualTo(new Refresh("t"));
    assertThat(command("{'type':'ping'}")).isEqualTo(new Ping());
  }

  @Test
  void theTypeOfACommandIsTheOneItWasReadFrom() {
    for (String json :
        new String[] {
          "{'type':'connect','token':'t'}",
          "{'type':'subscribe','channel':'room:a'}",
          "{'type':'unsubscribe','channel':'room:a'}",
          "{'type':'publish','channel':'room:a','data':1}",
          "{'type':'ack','channel':'room:a','offset':1}",
          "{'type':'history','channel':'room:a'}",
          "{'type':'refresh','token':'t'}",
          "{'type':'ping'}"
        }) {
      assertThat(json).contains("'" + command(json).type() + "'");
    }
  }

  @Test
  void unknownFieldsAreIgnoredSoThatNewerClientsAreUnderstood() {
    assertThat(command("{'type':'ping','newer':{'deep':[1]},'__proto__':{}}"))
        .isEqualTo(new Ping());
  }

  @Test
  void aFieldThatIsNullIsTheSameAsNone() {
    assertThat(
            command(
                "{'id':null,'type':'subscribe','channel':'room:a','recover':null,'history':null,"
                    + "'presence':null}"))
        .isEqualTo(new Subscribe(ROOM, null, 0, false));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "{} | type: is missing",
        "{'type':1} | type: must be a string",
        "{'type':'shout'} | type: is unknown",
        "{'type':'PING'} | type: is unknown",
        "{'type':''} | type: is unknown",
        "{'type':'connect'} | token: is missing",
        "{'type':'connect','token':1} | token: must be a string",
        "{'type':'connect','token':'t','device':7} | device: must be a string",
        "{'type':'connect','token':'t','resume':[]} | resume: must be an object",
        "{'type':'connect','token':'t','resume':{'room':{}}} | channel: must be namespace:name",
        "{'type':'connect','token':'t','resume':{'room:a':7}} | room:a: must be an object",
        "{'type':'connect','token':'t','resume':{'room:a':{}}} | epoch: is missing",
        "{'type':'subscribe'} | channel: is missing",
        "{'type':'subscribe','channel':null} | channel: is missing",
        "{'type':'subscribe','channel':['room:a']} | channel: must be a string",
        "{'type':'subscribe','channel':'room'} | channel: must be namespace:name",
        "{'type':'subscribe','channel':'room:a','recover':'x'} | recover: must be an object",
        "{'type':'subscribe','channel':'room:a','recover':{}} | epoch: is missing",
        "{'type':'subscribe','channel':'room:a','recover':{'epoch':'e'}} | offset: is missing",
        "{'type':'subscribe','channel':'room:a','recover':{'epoch':'','offset':1}} | epoch: must",
        "{'type':'subscribe','channel':'room:a','recover':{'epoch':'e','offset':-1}} | offset: must",
        "{'type':'subscribe','channel':'room:a','recover':{'epoch':'e','offset':1.5}} | offset: must",
        "{'type':'subscribe','channel':'room:a','recover':{'cursor':1}} | cursor: must be a string",
        "{'type':'subscribe','channel':'room:a','history':-1} | history: must be from 0 to 100",
        "{'type':'subscribe','channel':'room:a','history':101} | history: must be from 0 to 100",
        "{'type':'subscribe','channel':'room:a','history':'5'} | history: must be an integer",
        "{'type':'subscribe','channel':'room:a','presence':1} | presence: must be true or false",
        "{'type':'unsubscribe'} | channel: is missing",
        "{'type':'publish','data':1} | channel: is missing",
        "{'type':'publish','channel':'room:a'} | data: is missing",
        "{'type':'publish','channel':'room:a','data':1,'event':''} | event: must have",
        "{'type':'publish','channel':'room:a','data':1,'event':'a b'} | event: must have",
        "{'type':'publish','channel':'room:a','data':1,'event':1} | event: must be a string",
        "{'type':'publish','channel':'room:a','data':1,'key':''} | key: must have",
        "{'type':'publish','channel':'room:a','data':1,'key':1} | key: must be a string",
        "{'type':'publish','channel':'room:a','data':1,'confirm':'yes'} | confirm: must be true",
        "{'type':'ack','channel':'room:a'} | offset: is missing",
        "{'type':'ack','channel':'room:a','offset':-1} | offset: must",
        "{'type':'ack','channel':'room:a','offset':9007199254740992} | offset: must",
        "{'type':'ack','channel':'room:a','offset':99999999999999999999} | offset: is out of range",
        "{'type':'ack','channel':'room:a','offset':1e999999} | offset: must be an integer",
        "{'type':'history','channel':'room:a','limit':0} | limit: must be from 1 to 100",
        "{'type':'history','channel':'room:a','limit':101} | limit: must be from 1 to 100",
        "{'type':'history','channel':'room:a','limit':9999999999} | limit: must be from 1 to 100",
        "{'type':'history','channel':'room:a','before':-1} | before: must be an offset",
        "{'type':'history','channel':'room:a','before':true} | before: must be an integer",
        "{'type':'history','channel':'room:a','after':9007199254740992} | after: must be an offset",
        "{'type':'history','channel':'room:a','before':1,'after':1} | before: cannot be combined",
        "{'type':'refresh'} | token: is missing",
        "{'type':'refresh','token':{}} | token: must be a string",
        "{'type':'ping','type':'ping'} | type: occurs twice",
      })
  void aFieldThatIsMissingOrWrongIsNamed(String json, String message) {
    Line line = read(json);
    assertThat(line.command()).isNull();
    assertThat(line.error().code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(line.error().text()).startsWith(message);
  }

  @Test
  void aResumeOfMoreChannelsThanAConnectionHasIsRefused() {
    assertThat(read(resume(228)).error()).isNull();
    assertThat(read(resume(229)).error().text()).isEqualTo("resume: holds more than 228 channels");
  }

  private static String resume(int channels) {
    String positions =
        IntStream.range(0, channels)
            .mapToObj(i -> "'room:" + i + "':{'epoch':'e','offset':1}")
            .collect(Collectors.joining(","));
    return "{'type':'connect','token':'t','resume':{" + positions + "}}";
  }

  @Test
  void aDeviceOfMoreThan128CharactersIsRefused() {
    String json = "{'type':'connect','token':'t','device':'%s'}";
    assertThat(read(json.formatted("d".repeat(128))).error()).isNull();
    assertThat(read(json.formatted("d".repeat(129))).error().text()).startsWith("device: ");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 42, 9007199254740991L})
  void theIdIsEchoed(long id) {
    assertThat(read("{'id':" + id + ",'type':'ping'}").id()).isEqualTo(id);
    assertThat(read("{'type':'ping','id':" + id + "}").id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':7}",
        "{'id':7,'type':'shout'}",
        "{'type':'publish','channel':'x','id':7}",
        "{'id':7,'type':'ping','type':'ping'}",
        "{'id':7,'type':'ping'} x",
        "{'id':7,'type':'ping'}{}",
        "{'id':7,'type':'ping',",
        "{'id':7,'type':'publish','channel':'room:a','data':'\\ud800'}",
        "{'id':7,'type':'publish','channel':'room:a','data':'\\u0000'}",
        "{'id':7,'data':[[[[[1,]]]]]}",
      })
  void theIdIsEchoedWhateverIsWrongBehindIt(String json) {
    Line line = read(json);
    assertThat(line.error()).isNotNull();
    assertThat(line.id()).isEqualTo(7);
  }

  @Test
  void theIdIsEchoedWhenTheDataIsNestedTooDeep() {
    Line line = read("{'id':7,'type':'publish','data':" + "[".repeat(10_000));
    assertThat(line.error().text()).contains("nested deeper");
    assertThat(line.id()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "1.0",
        "1e3",
        "'1'",
        "true",
        "{}",
        "[]",
        "9007199254740992",
        "18446744073709551617"
      })
  void anIdThatIsNoPositiveIntegerIsRefusedAndNotEchoed(String id) {
    Line line = read("{'id':" + id + ",'type':'ping'}");
    assertThat(line.error().code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(line.error().text()).startsWith("id: ");
    assertThat(line.id()).isNull();
  }

  @Test
  void dataStaysOneLine() {
    Publish publish =
        (Publish) command("{'type':'publish','channel':'room:a','data':[\n1,\r\n2\r]\n}");
    assertThat(publish.data().value()).isEqualTo("[ 1,  2 ]");
  }

  @Property(tries = 3000)
  void anyTextIsACommandOrABadRequestAndNothingElse(@ForAll String text) {
    assertCommandOrBadRequest(text);
  }

  @Property(tries = 5000)
  void anythingThatResemblesACommandIsOneOrABadRequest(@ForAll("resemblingCommands") String text) {
    assertCommandOrBadRequest(text);
  }

  private static void assertCommandOrBadRequest(String text) {
    Line line = CommandReader.read(text);
    if (line.command() == null) {
      assertThat(line.error().code()).isEqualTo(ErrorCode.BAD_REQUEST);
      assertThat(line.error().text()).isNotBlank();
    } else {
      assertThat(line.error()).isNull();
    }
  }

  /** Objects with the right names and any values, some of them cut or joined in odd places. */
  @Provide
  Arbitrary<String> resemblingCommands() {
    Arbitrary<String> name =
        Arbitraries.of(
            "id",
            "type",
            "channel",
            "token",
            "data",
            "event",
            "key",
            "confirm",
            "recover",
            "resume",
            "history",
            "before",
            "after",
            "limit",
            "offset",
            "device",
            "presence");
    Arbitrary<String> fields =
        Combinators.combine(name, values())
            .as((n, v) -> '"' + n + "\":" + v)
            .list()
            .ofMaxSize(6)
            .map(list -> String.join(",", list));
    Arbitrary<String> objects =
        Combinators.combine(types(), fields)
            .as((t, f) -> "{\"type\":" + t + (f.isEmpty() ? "" : "," + f) + "}");
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(8, objects),
        net.jqwik.api.Tuple.of(
            1,
            Combinators.combine(objects, Arbitraries.integers().between(0, 80))
                .as((o, end) -> o.substring(0, Math.min(end, o.length())))),
        net.jqwik.api.Tuple.of(
            1, Combinators.combine(objects, Arbitraries.strings()).as((o, s) -> o + s)));
  }

  private static Arbitrary<String> types() {
    return Arbitraries.of(
        "\"connect\"",
        "\"subscribe\"",
        "\"unsubscribe\"",
        "\"publish\"",
        "\"ack\"",
        "\"history\"",
        "\"refresh\"",
        "\"ping\"",
        "\"other\"",
        "null",
        "7");
  }

  private static Arbitrary<String> values() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "null",
            "true",
            "{}",
            "[]",
            "{\"epoch\":\"e\",\"offset\":7}",
            "{\"cursor\":\"c\"}",
            "{\"room:a\":{\"epoch\":\"e\",\"offset\":7}}",
            "\"room:a\"",
            "1e999999",
            "-0",
            "99999999999999999999999999",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "[[[[[[[[]]]]]]]]"),
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.doubles().map(String::valueOf),
        Arbitraries.strings().map(s -> '"' + s + '"'));
  }

  private static Command command(String json) {
    Line line = read(json);
    assertThat(line.error()).isNull();
    return line.command();
  }

  private static String error(String json) {
    Line line = read(json);
    assertThat(line.command()).isNull();
    return line.error().text();
  }

  /** Reads JSON that is written with single quotes, for the eye. */
  private static Line read(String json) {
    return CommandReader.read(json.replace('\'', '"'));
  }
}
