package dev.parley.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Await;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.Http;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tokens;
import dev.parley.testkit.WsClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jboss.shrinkwrap.api.GenericArchive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ExplodedImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A business application in a WAR of its own, beside Parley in one server. */
class OrdersExampleST {
  private static final String DASHBOARD = "topic:dashboard";
  private static final int ORDERS = 60;
  private static final String LAST = "last";

  @TempDir Path folder;

  /**
   * Seen to fail when the outbox is written outside of the application's transaction; when Parley
   * looks only for calls that were recorded since it started; and when a call has another key each
   * time it is carried out.
   */
  @Test
  void whatIsCommittedIsDeliveredOnceAndWhatIsRolledBackNever() {
    NodeProcess.Builder node = node();
    List<String> customers = IntStream.range(0, ORDERS).mapToObj(n -> "customer-" + n).toList();
    try (NodeProcess running = node.start()) {
      Person ann = person(running, "ann");
      try (WsClient device = ann.connect()) {
        device.command("subscribe", "channel", DASHBOARD);
        assertThat(complete(running, "1", "ann", true).join()).isEqualTo(409);
        assertThat(complete(running, "2", "ann", false).join()).isEqualTo(204);
        assertThat(order(device.awaitMessage(ann.userChannel()).get("data"))).isEqualTo("2");
        assertThat(device.awaitMessage(DASHBOARD).at("/data/order").asText()).isEqualTo("2");
        device.assertNothingElse();
      }
      assertThat(notifications(ann)).hasSize(1);
      List<CompletableFuture<Integer>> commits = new ArrayList<>();
      for (int n = 0; n < ORDERS; n++) {
        commits.add(complete(running, "k" + n, customers.get(n), false));
      }
      for (CompletableFuture<Integer> commit : commits) {
        assertThat(Await.result("a commit", commit)).isEqualTo(204);
      }
      running.kill();
    }
    try (NodeProcess again = node.start()) {
      Person ann = person(again, "ann");
      // In the order of the outbox: behind it nothing of the others is on its way.
      assertThat(Await.result("the last", complete(again, LAST, "ann", false))).isEqualTo(204);
      Await.until("all are delivered", () -> dashboard(ann).contains(LAST));
      List<String> expected = new ArrayList<>(List.of("2", LAST));
      IntStream.range(0, ORDERS).forEach(n -> expected.add("k" + n));
      assertThat(dashboard(ann)).containsExactlyInAnyOrderElementsOf(expected);
      for (int n = 0; n < ORDERS; n++) {
        Person customer = person(again, customers.get(n));
        Await.until("a notification", () -> !notifications(customer).isEmpty());
        assertThat(notifications(customer)).hasSize(1);
        assertThat(order(notifications(customer).get(0))).isEqualTo("k" + n);
      }
    }
  }

  private static List<String> dashboard(Person person) {
    return person.api().historyAfter(DASHBOARD, 0).stream()
        .map(one -> one.at("/data/order").asText())
        .toList();
  }

  private static JsonNode notifications(Person person) {
    return person.api().get("api/v1/notifications").expect(200).json().get("notifications");
  }

  private static String order(JsonNode notification) {
    return notification.at("/data/order").asText();
  }

  private static Person person(NodeProcess node, String id) {
    ServerUrl server = new ServerUrl(node.uri());
    return new Person(server, id, "default", new Tokens(server).of(id, "default"));
  }

  private static CompletableFuture<Integer> complete(
      NodeProcess node, String order, String customer, boolean fails) {
    URI uri =
        node.uri()
            .resolve("/orders/api/orders/" + order + "?customer=" + customer + "&fails=" + fails);
    HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build();
    return Http.shared()
        .sendAsync(request, BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  private NodeProcess.Builder node() {
    return NodeProcess.named("orders")
        .dataFolder(folder.resolve("parley"))
        .property(
            "orders.database.url",
            "jdbc:h2:file:" + folder.resolve("orders") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE")
        .property("parley.publisher.data-source", "java:global/jdbc/orders")
        .property("parley.outbox.data-source", "java:global/jdbc/orders")
        .serverOption("--deploy", orders().toString());
  }

  private static GenericArchive classes() {
    return ShrinkWrap.create(ExplodedImporter.class, "classes.jar")
        .importDirectory(BuildOutput.target().resolve("examples/orders/classes").toFile())
        .as(GenericArchive.class);
  }

  /** The example as its own WAR: its classes and the publisher, and nothing else. */
  private Path orders() {
    Path war = folder.resolve("orders.war");
    ShrinkWrap.create(WebArchive.class, "orders.war")
        .merge(classes(), "WEB-INF/classes")
        .addAsLibrary(BuildOutput.target().resolve("parley-publisher.jar").toFile())
        .as(ZipExporter.class)
        .exportTo(war.toFile(), true);
    return war;
  }
}
