package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.connection.ChannelRows.Role;
import dev.parley.connection.ChannelRows.Row;
import dev.parley.connection.CommandRows.Answer;
import dev.parley.connection.CommandRows.Asks;
import dev.parley.connection.CommandRows.Via;
import dev.parley.protocol.Command;
import dev.parley.protocol.Operation;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.WireTest;
import dev.parley.testkit.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Z-01: role × command × namespace × transport. The lists are the code's own, so what is new is
 * missed here; what the cells hold was written by hand.
 */
class AuthorizationMatrixIT extends WireTest {
  /** Of no message: whether it is there is asked after whether one may. */
  private static final String NO_MESSAGE = UUID.randomUUID().toString();

  private static final int AT_ONCE = 6;

  /** Seen to fail without one of the rows. */
  @Test
  void everyCommandHasARow() {
    assertThat(CommandRows.ALL.keySet()).isEqualTo(Set.of(Command.class.getPermittedSubclasses()));
  }

  /** Seen to fail with a namespace in the settings that no row is about. */
  @Test
  void everyNamespaceHasARow() {
    Set<String> rows =
        ChannelRows.of(tenant.person("ann"), tenant.person("bob"), tenant).stream()
            .map(Row::namespace)
            .filter(name -> !name.equals("nowhere"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(rows).isEqualTo(ChannelRows.declared());
  }

  @Test
  void everyTransportHasARow() {
    assertThat(Arrays.stream(Via.values()).map(Via::kind))
        .containsExactlyInAnyOrderElementsOf(ConnectionMetrics.KINDS);
  }

  /**
   * Seen to fail when publishing asks for the right to subscribe, when {@code presence} asks for
   * nothing, and when a role's denial is passed over.
   */
  @ParameterizedTest
  @EnumSource(Role.class)
  void theMatrix(Role role) {
    Person person = somebody(role);
    List<Row> rows = ChannelRows.of(person, tenant.person("other"), tenant);
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger cells = new AtomicInteger();
    forEach(
        rows,
        row -> {
          try (WsClient socket = person.connect()) {
            for (var command : CommandRows.ALL.keySet()) {
              for (Via via : Via.values()) {
                Answer answer =
                    CommandRows.send(command, via, person, socket, row.channel(), NO_MESSAGE);
                if (answer != null) {
                  cells.incrementAndGet();
                  check(role, row, command, via, answer, faults);
                }
              }
            }
          }
        });
    assertThat(faults).isEmpty();
    assertThat(cells).hasValueGreaterThan(900);
  }

  /** Several at a time: they are about different channels, and most of it is waiting. */
  private static void forEach(List<Row> rows, Consumer<Row> check) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<CompletableFuture<Void>> checks =
          rows.stream()
              .map(row -> CompletableFuture.runAsync(() -> check.accept(row), threads))
              .toList();
      checks.forEach(one -> Await.result("a row", Duration.ofMinutes(2), one));
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * What is explained is what happens. Seen to fail when the explanation asks for another operation
   * than it was asked for.
   */
  @ParameterizedTest
  @EnumSource(Role.class)
  void whatIsExplainedIsWhatTheMatrixSays(Role role) {
    Person person = somebody(role);
    Api admin = tenant.admin("root").api();
    String roles = role == Role.USER ? "" : role.name().toLowerCase(Locale.ROOT);
    List<String> faults = new ArrayList<>();
    for (Row row : ChannelRows.of(person, tenant.person("other"), tenant)) {
      for (Operation operation : Operation.values()) {
        JsonNode answer = explain(admin, person, row.channel(), operation, roles);
        boolean allowed = row.allows(role, operation);
        String code = allowed ? "" : row.isThere(role) ? "forbidden" : "not_found";
        if (answer.get("allowed").asBoolean() != allowed
            || !answer.path("code").asText().equals(code)
            || answer.get("rule").asText().isEmpty()) {
          faults.add(row.kind() + ": " + answer);
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  private static JsonNode explain(
      Api admin, Person person, String channel, Operation operation, String roles) {
    return admin
        .get(
            "api/v1/admin/policy/explain?user="
                + ServerUrl.encode(person.id())
                + "&channel="
                + channel
                + "&operation="
                + operation.word()
                + "&roles="
                + roles)
        .expect(200)
        .json();
  }

  private Person somebody(Role role) {
    return switch (role) {
      case USER -> tenant.person("ann");
      case PUBLISHER -> tenant.publisher("app");
      case ADMIN -> tenant.admin("root");
    };
  }

  private static void check(
      Role role,
      Row row,
      Class<? extends Command> command,
      Via via,
      Answer answer,
      List<String> faults) {
    Asks asks = CommandRows.ALL.get(command).asks();
    boolean allowed =
        asks == Asks.NOTHING
            || row.allows(role, asks.operation())
            || (asks == Asks.CHANGE && role == Role.ADMIN && !row.namespace().equals("nowhere"));
    boolean right = allowed ? isLetIn(answer) : isRefused(row, role, command, via, answer);
    if (!right) {
      faults.add(
          (allowed ? "refused: " : "let in: ")
              + role
              + " "
              + command.getSimpleName()
              + " in "
              + row.kind()
              + " over "
              + via
              + ": "
              + answer.text());
    }
  }

  /** Whatever else is wrong with it, it is not that this person may not. */
  private static boolean isLetIn(Answer answer) {
    return switch (answer.code()) {
      case "forbidden", "unauthorized" -> false;
      case "not_found" -> !answer.message().startsWith("channel");
      default -> true;
    };
  }

  private static boolean isRefused(
      Row row, Role role, Class<? extends Command> command, Via via, Answer answer) {
    if (isReceipt(command, via) && answer.code().equals("bad_request")) {
      // Where there are no receipts, nobody has to be asked.
      return answer.message().contains("receipts") || answer.message().contains("is beyond");
    }
    if (command == Command.Unsubscribe.class || command == Command.Ack.class) {
      // One's own subscription, which there is not.
      return answer.code().equals("not_found") || answer.code().equals("forbidden");
    }
    return answer.code().equals(row.isThere(role) ? "forbidden" : "not_found");
  }

  private static boolean isReceipt(Class<? extends Command> command, Via via) {
    return command == Command.Read.class || (command == Command.Ack.class && via != Via.WEBSOCKET);
  }

  /** Without a credential nothing is done, and nothing is told. */
  @Test
  void nobodyMayDoAnything() {
    Person nobody = new Person(server, "nobody", tenant.org(), "");
    Person ann = tenant.person("ann");
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    forEach(
        ChannelRows.of(ann, tenant.person("bob"), tenant),
        row -> {
          // A new one each time: who has no credential is soon closed.
          try (WsClient socket = WsClient.to(server).open()) {
            for (Via via : Via.values()) {
              for (var command : CommandRows.ALL.keySet()) {
                Answer answer =
                    command == Command.Connect.class
                        ? null
                        : CommandRows.send(command, via, nobody, socket, row.channel(), NO_MESSAGE);
                if (answer != null && !isUnknown(command, answer)) {
                  faults.add(command.getSimpleName() + " over " + via + ": " + answer.text());
                }
              }
            }
          }
        });
    assertThat(faults).isEmpty();
  }

  private static boolean isUnknown(Class<? extends Command> command, Answer answer) {
    // An empty token is no token: that is found before anybody is asked who sends it.
    boolean empty = command == Command.Refresh.class && answer.code().equals("bad_request");
    return empty || answer.code().equals("unauthorized");
  }
}
