package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.Command.Status;
import dev.parley.protocol.CommandReader.Line;
import dev.parley.testkit.Fuzz;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever comes in, a parser answers or refuses by the contract (F-05). */
class CodecFuzzTest {
  private static final List<String> COMMANDS =
      Stream.of(
              "{'type':'connect','token':'t','device':'d','resume':{'room:a':{'epoch':'e','offset':7}}}",
              "{'type':'connect','id':1,'token':'t','resume':'cursor'}",
              "{'id':2,'type':'subscribe','channel':'room:a','history':100,'presence':true,"
                  + "'recover':{'epoch':'e','offset':7}}",
              "{'id':3,'type':'subscribe','channel':'room:a','recover':{'cursor':'c'}}",
              "{'id':4,'type':'unsubscribe','channel':'room:a'}",
              "{'id':5,'type':'publish','channel':'room:a','event':'x','data':{'a': [1.50,null]},"
                  + "'key':'k','confirm':true,'mentions':['bob','ann'],"
                  + "'replyTo':'01890a5d-ac96-774b-bcce-b302099a8057'}",
              "{'id':6,'type':'update','channel':'room:a',"
                  + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','data':1,'version':1}",
              "{'id':7,'type':'delete','channel':'room:a',"
                  + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057'}",
              "{'id':8,'type':'react','channel':'room:a',"
                  + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057','reaction':'👍'}",
              "{'id':9,'type':'confirm','channel':'room:a',"
                  + "'messageId':'01890a5d-ac96-774b-bcce-b302099a8057'}",
              "{'id':10,'type':'history','channel':'room:a','before':'12','limit':50}",
              "{'id':11,'type':'read','channel':'room:a','offset':7}",
              "{'id':12,'type':'ack','channel':'room:a','offset':7}",
              "{'id':13,'type':'typing','channel':'room:a','typing':false}",
              "{'id':14,'type':'presence','channel':'room:a'}",
              "{'id':15,'type':'status','status':'busy','info':'in a call'}",
              "{'id':16,'type':'refresh','token':'t'}",
              "{'type':'ping'}")
          .map(command -> command.replace('\'', '"'))
          .toList();

  private static final List<byte[]> PACKED = COMMANDS.stream().map(MessagePack::fromJson).toList();

  private static final List<String> CHANNELS =
      List.of("room:a", "user:ann", "direct:bob", "topic:a.b:c", "quote:x~20y@z-1_2");

  /** The fuzz would find little if what it begins with were refused. */
  @Test
  void theBeginningsAreOfEveryCommand() {
    assertThat(COMMANDS.stream().map(CommandReader::read).map(Line::error)).containsOnlyNulls();
    Set<Class<?>> kinds = new HashSet<>();
    COMMANDS.forEach(one -> kinds.add(CommandReader.read(one).command().getClass()));
    assertThat(kinds).isEqualTo(Set.of(Command.class.getPermittedSubclasses()));
  }

  /** Seen to fail when an unknown status was not refused. */
  @Test
  void aLineIsACommandOrABadRequest() {
    Fuzz.run(random -> Fuzz.text(random, COMMANDS), CodecFuzzTest::check);
  }

  /** Seen to fail when only failures of reading were caught. */
  @Test
  void aFrameOfMessagePackIsCommandsOrABadRequest() {
    Fuzz.run(
        random -> Fuzz.bytes(random, PACKED),
        frame -> {
          try {
            MessagePack.toJson(frame).forEach(CodecFuzzTest::check);
          } catch (CommandRejected e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
          }
        });
  }

  private static void check(String line) {
    Line read = CommandReader.read(line);
    if (read.error() != null) {
      assertThat(read.command()).isNull();
      assertThat(read.error().code()).isEqualTo(ErrorCode.BAD_REQUEST);
      assertThat(read.error().getMessage()).isNotBlank().hasSizeLessThan(1_000);
    } else {
      assertThat(read.command()).isNotNull();
      if (read.command() instanceof Status status) {
        assertThat(status.status()).isNotNull();
      }
      if (read.command() instanceof Publish publish) {
        // Else one message would end the connections of all who have chosen the other encoding.
        assertThat(MessagePack.fromJson(publish.data().value())).isNotEmpty();
        assertThat(publish.data().value()).doesNotContain("\n", "\r");
      }
    }
  }

  /** Seen to fail without the limit of the length. */
  @Test
  void aChannelNameIsOfTheAlphabetOrABadRequest() {
    Fuzz.run(
        random -> Fuzz.text(random, CHANNELS),
        text -> {
          try {
            String name = new ChannelName(text).value();
            assertThat(name).isEqualTo(text).matches("[A-Za-z0-9_.:@~-]{3,255}");
            assertThat(new ChannelName(name).namespace() + ":" + new ChannelName(name).local())
                .isEqualTo(name);
          } catch (CommandRejected e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
          }
        });
  }
}
