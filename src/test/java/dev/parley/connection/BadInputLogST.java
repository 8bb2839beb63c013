package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Api;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/** Whoever sends bad input must not be able to fill the operator's log or hide something in it. */
class BadInputLogST {
  private static final String MARK = "payload-that-no-log-may-hold";

  @Test
  void badInputLeavesAtMostOneLineAndNoStackTrace() throws IOException {
    try (NodeProcess node = NodeProcess.named(Tokens.unique("bad-input")).start()) {
      Person ann = new Tenant(new ServerUrl(node.uri())).person("ann");
      String room = Tenant.room();
      // What happens on first use may be worth a line; it is not what is asked here.
      try (WsClient client = ann.connect()) {
        client.command("publish", "channel", room, "data", "warm up");
      }
      int before = lines(node).size();
      int sent = sendFrames(ann) + sendRequests(ann.api(), room);
      List<String> added = lines(node).subList(before, lines(node).size());
      assertThat(added.size()).as("lines: %s", added).isLessThanOrEqualTo(2 * sent);
      assertThat(added)
          .noneMatch(line -> line.stripLeading().startsWith("at "))
          .noneMatch(line -> line.contains("Exception"))
          .noneMatch(line -> line.contains(MARK));
    }
  }

  private static List<String> lines(NodeProcess node) throws IOException {
    return Files.readAllLines(node.log());
  }

  /** Each on a connection of its own, so two more lines for its begin and its end are fine. */
  private static int sendFrames(Person ann) {
    List<Arguments> all = BadInputIT.framesThatAreNoCommand().toList();
    for (Arguments arguments : all) {
      try (WsClient client = ann.connect()) {
        client.sendText((String) arguments.get()[1]);
        client.awaitError("bad_request");
        client.assertAlive();
      }
    }
    try (WsClient client = ann.connect()) {
      client.rejected("bad_request", "publish", "channel", MARK, "data", MARK);
      client.rejected("not_found", "publish", "channel", MARK + ":x", "data", MARK);
      client.rejected(
          "too_large", "publish", "channel", "room:x", "data", MARK + "x".repeat(101 * 1024));
    }
    return all.size() + 3;
  }

  private static int sendRequests(Api api, String room) {
    List<Integer> statuses = new ArrayList<>();
    BadHttpInputIT.badBodies()
        .forEach(a -> statuses.add(api.post(Api.messagesPath(room), (String) a.get()[1]).status()));
    for (String query : new String[] {"limit=x", "before=" + MARK, "after=-1"}) {
      statuses.add(api.history(room, query).status());
    }
    for (String path :
        new String[] {
          "api/v1/stream?channels=" + MARK,
          "api/v1/poll?wait=x",
          "api/v1/poll?channels=room:x&cursor=" + MARK,
          "api/v1/nothing/" + MARK
        }) {
      statuses.add(api.get(path).status());
    }
    assertThat(statuses).allMatch(status -> status / 100 == 4);
    return statuses.size();
  }
}
