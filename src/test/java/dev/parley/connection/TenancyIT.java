package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.connection.ChannelRows.Row;
import dev.parley.connection.CommandRows.Answer;
import dev.parley.connection.CommandRows.Via;
import dev.parley.protocol.Operation;
import dev.parley.testkit.Api;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * No operation crosses tenants: somebody of another tenant, with the same user id and every role,
 * sends every command on every transport about every kind of channel, by the names and the message
 * ids of the first.
 */
class TenancyIT extends WireTest {
  private static final String SECRET = "of the first tenant";

  /**
   * Seen to fail when the key of a channel is made without the tenant, and when a message is found
   * by its id alone.
   */
  @Test
  void nothingThatIsDoneInAnotherTenantIsSeenOrChangesAnything() {
    Person ann = new Person(server, "ann", tenant.org(), every("ann", tenant.org()));
    Person bob = tenant.person("bob");
    Tenant elsewhere = new Tenant(server);
    Person intruder = new Person(server, "ann", elsewhere.org(), every("ann", elsewhere.org()));
    List<Row> rows = ChannelRows.of(ann, bob, tenant).stream().filter(TenancyIT::isStored).toList();
    assertThat(rows).hasSizeGreaterThan(10);
    List<String> faults = new ArrayList<>();
    try (WsClient anns = ann.connect();
        WsClient theirs = intruder.connect()) {
      Map<Row, JsonNode> before = new LinkedHashMap<>();
      for (Row row : rows) {
        anns.command("subscribe", "channel", row.channel());
        before.put(row, stored(ann, row));
      }
      int sent = 0;
      for (Row row : rows) {
        String messageId = before.get(row).get("messageId").asText();
        for (var command : CommandRows.ALL.keySet()) {
          for (Via via : Via.values()) {
            Answer answer =
                CommandRows.send(command, via, intruder, theirs, row.channel(), messageId);
            if (answer != null) {
              sent++;
              // A conversation that the intruder has begun, in their own tenant, they may know of.
              String said = answer.text().replace("direct:" + bob.id(), "");
              boolean tells = said.contains(SECRET) || said.contains(bob.id());
              boolean acts = CommandRows.needsMessage(command) && answer.code().isEmpty();
              if ((tells && !row.channel().contains(bob.id())) || acts) {
                faults.add(
                    command.getSimpleName()
                        + " in "
                        + row.kind()
                        + " over "
                        + via
                        + ": "
                        + answer.text());
              }
            }
          }
        }
      }
      assertThat(faults).isEmpty();
      assertThat(sent).isGreaterThan(400);
      before.forEach((row, message) -> assertUntouched(ann, anns, row, message));
    }
  }

  private String every(String user, String org) {
    return new Tokens(server).with(user, org, List.of("publisher", "admin"));
  }

  /** What the first tenant can write into, and read again. */
  private static boolean isStored(Row row) {
    return row.allows(ChannelRows.Role.PUBLISHER, Operation.PUBLISH)
        && row.allows(ChannelRows.Role.PUBLISHER, Operation.HISTORY)
        && !row.namespace().equals("live");
  }

  private static JsonNode stored(Person ann, Row row) {
    String id =
        ann.api().publish(row.channel(), SECRET).expect(201).json().get("messageId").asText();
    return message(ann, row, id);
  }

  private static JsonNode message(Person ann, Row row, String id) {
    return ann.api().get(Api.messagesPath(row.channel()) + "/" + id).expect(200).json();
  }

  /** The message is as it was, and the next one has the next offset. */
  private static void assertUntouched(Person ann, WsClient anns, Row row, JsonNode before) {
    String channel = row.channel();
    assertThat(message(ann, row, before.get("messageId").asText()))
        .as(row.kind())
        .isEqualTo(before);
    assertThat(anns.awaitMessage(channel).get("data").asText()).isEqualTo(SECRET);
    ann.api().publish(channel, "the end").expect(201);
    JsonNode next = anns.awaitMessage(channel);
    assertThat(next.get("data").asText()).as(row.kind()).isEqualTo("the end");
    assertThat(next.get("offset").asLong()).isEqualTo(before.get("offset").asLong() + 1);
  }
}
