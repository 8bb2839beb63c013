package dev.parley.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.message.LogReader;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.publisher.Notifier;
import dev.parley.publisher.NotifyRequest;
import dev.parley.publisher.PublishFailed;
import dev.parley.publisher.PublishRequest;
import dev.parley.publisher.Publisher;
import dev.parley.testkit.Await;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tokens;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an application records with its own data is delivered with it, once, or not at all. The
 * relay of these tests looks at the table every ten minutes, so what arrives in time shows that it
 * is woken.
 */
// The name is fixed.
@SuppressWarnings("BanJNDI")
@ParleyTest
class OutboxIT {
  @Inject private Publisher publisher;
  @Inject private Notifier notifier;
  @Inject private Event<PublishRequest> publishEvent;
  @Inject private Event<NotifyRequest> notifyEvent;
  @Inject private OutboxCalls calls;
  @Inject private LogReader log;
  @Inject private UserTransaction transaction;

  private final String topic = Tokens.unique("topic:t");
  private final String ann = Tokens.unique("ann");

  @BeforeEach
  void table() throws Exception {
    try (Connection connection = dataSource().getConnection()) {
      Scope.child(
          Scope.Attr.resourceAccessor,
          new ClassLoaderResourceAccessor(Publisher.class.getClassLoader()),
          () -> migrate(connection));
    }
  }

  private static void migrate(Connection connection) throws Exception {
    Database database =
        DatabaseFactory.getInstance()
            .findCorrectDatabaseImplementation(new JdbcConnection(connection));
    new CommandScope(UpdateCommandStep.COMMAND_NAME)
        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "dev/parley/publisher/outbox.xml")
        .execute();
  }

  @Test
  void whatIsRolledBackWasNeverThere() throws Exception {
    transaction.begin();
    publisher.publish(topic, "order", Map.of("n", 1));
    notifier.notify(List.of(ann), "order", "yours");
    publishEvent.fire(new PublishRequest(topic, "order", 2));
    transaction.rollback();
    transaction.begin();
    publisher.publish(topic, "fence", 3);
    transaction.commit();
    assertThat(await(topic, 1)).extracting(one -> one.event().value()).containsExactly("fence");
    assertThat(log.after(key("user:" + ann), 0, 10)).isEmpty();
  }

  @Test
  void whatIsCommittedIsDeliveredOnceInOrder() throws Exception {
    List<String> expected = new ArrayList<>();
    transaction.begin();
    for (int i = 0; i < 250; i++) {
      publisher.publish(topic, "order", i);
      expected.add(String.valueOf(i));
    }
    notifier.notifyUrgently(List.of(ann), "order", Map.of("n", 1));
    notifyEvent.fire(new NotifyRequest(List.of(ann), "order", Map.of("n", 2), false));
    transaction.commit();
    List<MessagePush> came = await(topic, 250);
    assertThat(came).extracting(one -> one.data().value()).isEqualTo(expected);
    assertThat(came).extracting(one -> one.position().offset()).isSorted().startsWith(1L);
    assertThat(await("urgent:" + ann, 1).get(0).data().value()).contains("{\"n\":1}");
    assertThat(await("user:" + ann, 1).get(0).data().value()).contains("{\"n\":2}");
    Await.until("the outbox is empty", () -> waiting(topic) == 0);
    assertThat(log.after(key(topic), 0, 300)).hasSize(250);
  }

  @Test
  void withoutATransactionItIsRecordedByItself() throws Exception {
    publisher.publish(topic, "order", "alone");
    assertThat(await(topic, 1).get(0).data().value()).isEqualTo("\"alone\"");
  }

  /** The node died when the messages were stored and their rows were still there. */
  @Test
  void whatWasStoredBeforeIsNotStoredAgain() {
    OutboxRow message = row(1, topic, "{\"event\":\"order\",\"data\":1}");
    OutboxRow notification = row(2, "", "{\"users\":[\"" + ann + "\"],\"data\":1}");
    OutboxRow last = row(3, topic, "{\"event\":\"order\",\"data\":3}");
    List<OutboxRow> rows = List.of(message, notification, last);
    for (int i = 0; i < 2; i++) {
      assertThat(calls.carryOut(rows).keySet()).containsExactlyElementsOf(rows);
    }
    assertThat(log.after(key(topic), 0, 10)).hasSize(2);
    assertThat(log.after(key("user:" + ann), 0, 10)).hasSize(1);
  }

  private static OutboxRow row(long id, String channel, String body) {
    return new OutboxRow(id, Tokens.unique("row"), channel, body, Instant.EPOCH);
  }

  @Test
  void whatIsRefusedIsPutAsideAndTheRestGoesOn() throws Exception {
    transaction.begin();
    publisher.publish(topic, "order", 1);
    publisher.publish("nowhere:x", "order", ann);
    publisher.publish(topic, "not an event", 2);
    publisher.publish(topic, "order", 3);
    transaction.commit();
    assertThat(await(topic, 2)).extracting(one -> one.data().value()).containsExactly("1", "3");
    Await.until("the others are put aside", () -> refusal("nowhere:x").startsWith("not_found"));
    assertThat(refusal(topic)).startsWith("bad_request: event:");
  }

  @Test
  void nobodyIsNotEverybody() {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> notifier.notify(List.of(), "order", 1))
        .isInstanceOf(PublishFailed.class)
        .hasMessageStartingWith("users:");
  }

  private List<MessagePush> await(String channel, int count) {
    Await.until(count + " messages", () -> log.after(key(channel), 0, 300).size() >= count);
    return log.after(key(channel), 0, 300);
  }

  private static DataSource dataSource() {
    try {
      return InitialContext.doLookup("java:app/jdbc/parley");
    } catch (NamingException e) {
      throw new AssertionError(e);
    }
  }

  private static ChannelKey key(String channel) {
    return new ChannelKey(new OrgId("default"), new ChannelName(channel));
  }

  private int waiting(String channel) {
    return Integer.parseInt(
        query("select count(*) from parley_outbox where channel = ? and refused is null", channel));
  }

  private String refusal(String channel) {
    return query("select max(refused) from parley_outbox where channel = ?", channel);
  }

  private String query(String sql, String channel) {
    try (Connection connection = dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, channel);
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        return String.valueOf(found.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
