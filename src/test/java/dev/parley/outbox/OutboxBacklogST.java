package dev.parley.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.publisher.Publisher;
import dev.parley.testkit.Await;
import dev.parley.testkit.Chaos;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.Tokens;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * D-07: an outbox that has been filled while Parley was away, and a node that dies in the middle of
 * it.
 */
@EnabledIfSystemProperty(named = "parley.chaos", matches = "true")
class OutboxBacklogST {
  private static final int CHANNELS = 10;
  private static final int ROWS = Chaos.count(6_000, 100_000);
  private static final int FRESH = 20;

  @TempDir Path folder;

  @Test
  void aBacklogIsStoredOnceAndInOrderThoughTheNodeDiesAndDelaysNobody() throws Exception {
    List<String> rooms = IntStream.range(0, CHANNELS).mapToObj(n -> Tenant.room()).toList();
    fill(rooms);
    // Small batches, so that it is still under way when it is looked at.
    try (NodeProcess node = node().property("parley.outbox.batch", "5").start()) {
      Person ann = person(node);
      Await.until("it has begun", () -> ann.api().stored(rooms.get(0)).size() > 1);
      Duration usual = publishBeside(ann);
      node.kill();
      Chaos.report("a publish beside the backlog of " + ROWS + " takes " + usual);
      assertThat(usual).isLessThan(Duration.ofSeconds(1));
    }
    assertThat(waiting()).as("it died in the middle").isBetween(1, ROWS - 1);
    try (NodeProcess node = node().start()) {
      Person ann = person(node);
      long start = System.nanoTime();
      String last = Integer.toString(ROWS - 1);
      Await.until(
          "all are stored",
          Duration.ofMinutes(10),
          () -> newest(ann, rooms.get((ROWS - 1) % CHANNELS)).equals(last));
      Chaos.report("the rest is stored after " + Duration.ofNanos(System.nanoTime() - start));
      for (int channel = 0; channel < CHANNELS; channel++) {
        int first = channel;
        List<String> expected =
            IntStream.range(0, ROWS / CHANNELS).mapToObj(n -> "" + (n * CHANNELS + first)).toList();
        assertThat(ann.api().stored(rooms.get(channel))).isEqualTo(expected);
      }
    }
    assertThat(waiting()).isZero();
  }

  /** The middle one of some publishes into a channel of their own. */
  private static Duration publishBeside(Person ann) {
    String room = Tenant.room();
    List<Duration> taken = new ArrayList<>();
    for (int i = 0; i < FRESH; i++) {
      long start = System.nanoTime();
      ann.api().publish(room, "fresh").expect(201);
      taken.add(Duration.ofNanos(System.nanoTime() - start));
    }
    Collections.sort(taken);
    return taken.get(FRESH / 2);
  }

  private static String newest(Person ann, String room) {
    JsonNode page = ann.api().history(room, "limit=1").expect(200).json().get("messages");
    return page.isEmpty() ? "" : page.get(0).get("data").asText();
  }

  private static Person person(NodeProcess node) {
    ServerUrl server = new ServerUrl(node.uri());
    return new Person(server, "ann", "default", new Tokens(server).of("ann", "default"));
  }

  private NodeProcess.Builder node() {
    return NodeProcess.named("outbox-backlog")
        .dataFolder(folder.resolve("parley"))
        .property("parley.outbox.url", url());
  }

  private String url() {
    return "jdbc:h2:file:"
        + folder.resolve("application")
        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
  }

  /** As the application has left it: the rows of the channels take turns. */
  private void fill(List<String> rooms) throws Exception {
    try (Connection connection = open()) {
      makeTable(connection);
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into parley_outbox (request_key, channel, body) values (?, ?, ?)")) {
        for (int n = 0; n < ROWS; n++) {
          insert.setString(1, "key-" + n);
          insert.setString(2, rooms.get(n % CHANNELS));
          insert.setString(3, "{\"data\":\"" + n + "\"}");
          insert.addBatch();
          if (n % 1_000 == 999) {
            int[] unused = insert.executeBatch();
          }
        }
      }
      connection.commit();
    }
  }

  private static void makeTable(Connection connection) throws Exception {
    try (InputStream script = Publisher.class.getResourceAsStream("outbox.sql");
        Statement statement = connection.createStatement()) {
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private int waiting() throws SQLException {
    try (Connection connection = open();
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("select count(*) from parley_outbox")) {
      count.next();
      return count.getInt(1);
    }
  }

  private Connection open() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "parley");
    return new org.h2.Driver().connect(url(), properties);
  }
}
