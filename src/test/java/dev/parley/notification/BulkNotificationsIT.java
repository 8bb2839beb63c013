package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One call to many: taken on at once, carried out behind the answer, once. */
class BulkNotificationsIT extends WireTest {
  @Test
  void tenThousandAreNotifiedOnceEachByOneCall() {
    Person publisher = tenant.publisher("app");
    InboxClient app = new InboxClient(publisher);
    List<String> users = names(9_999);
    Person last = tenant.person("last");
    users.add(last.id());
    Object[] body = {"users", users, "kind", "news", "data", "for many"};
    try (WsClient device = last.connect()) {
      JsonNode taken = app.sendKeyed("bulk", body).expect(202).json();
      assertThat(taken.get("total").asInt()).isEqualTo(10_000);
      assertThat(taken.get("state").asText()).isEqualTo("running");
      String job = taken.get("job").asText();
      assertThat(app.sendKeyed("bulk", body).expect(200).json().get("job").asText()).isEqualTo(job);
      // A hundred transactions, and ten thousand new channels.
      Await.until("the job is done", Duration.ofMinutes(2), () -> isDone(app, job));
      assertThat(device.awaitMessage(last.userChannel()).at("/data/data").asText())
          .isEqualTo("for many");
      assertThat(new InboxClient(tenant.publisher("other")).job(job).status()).isEqualTo(404);
      app.sendKeyed("bulk", body).expect(200);
      device.assertNothingElse();
    }
    for (String id : List.of(users.get(0), users.get(99), users.get(100), users.get(9_998))) {
      InboxClient one = new InboxClient(person(id));
      assertThat(one.texts()).containsExactly("for many");
      assertThat(one.unread()).isEqualTo(1);
    }
    users.add("one too many");
    assertThat(app.send(body).problem(400, "bad_request").get("detail").asText())
        .startsWith("users:");
  }

  private static boolean isDone(InboxClient app, String job) {
    JsonNode status = app.job(job).expect(200).json();
    return status.get("state").asText().equals("done")
        && status.get("done").asInt() == status.get("total").asInt();
  }

  private Person person(String id) {
    return new Person(server, id, tenant.org(), new Tokens(server).of(id, tenant.org()));
  }

  private static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    String prefix = Tokens.unique("user");
    for (int i = 0; i < count; i++) {
      names.add(prefix + "-" + i);
    }
    return names;
  }
}
