package dev.parley.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.protocol.Command;
import dev.parley.protocol.Operation;
import dev.parley.testkit.Api;
import dev.parley.testkit.Await;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.SseClient;
import dev.parley.testkit.SseRequest;
import dev.parley.testkit.WsClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Every command, what it asks for, and how each transport sends it: one row for each type of the
 * sealed list, so that a command without a row is found.
 */
final class CommandRows {
  /** The transports; the commands of two of them are HTTP requests. */
  enum Via {
    WEBSOCKET,
    SSE,
    POLLING;

    String kind() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a command asks the policy for. */
  enum Asks {
    /** It is about no channel: everybody with a valid token may. */
    NOTHING,
    SUBSCRIBE,
    HISTORY,
    PRESENCE,
    PUBLISH,
    /** To publish; an admin may change what anybody has written. */
    CHANGE;

    Operation operation() {
      return this == CHANGE ? Operation.PUBLISH : Operation.valueOf(name());
    }
  }

  /** How an HTTP client sends a command about a channel and a message; null where there is none. */
  private interface Request {
    Api.Answer send(Api api, String channel, String messageId);
  }

  /**
   * One command.
   *
   * @param fields what it has on the WebSocket beside {@code channel}
   * @param http how it is sent over HTTP; null when it is not
   */
  record Row(String type, Asks asks, ObjectNode fields, @Nullable Request http) {}

  /** What came back; an error has a code. */
  record Answer(String code, String message, String text) {}

  /** In the order in which they are sent: what ends a subscription is last. */
  static final Map<Class<? extends Command>, Row> ALL = rows();

  private CommandRows() {}

  private static Map<Class<? extends Command>, Row> rows() {
    Map<Class<? extends Command>, Row> rows = new LinkedHashMap<>();
    rows.put(Command.Connect.class, new Row("connect", Asks.NOTHING, Json.object(), null));
    rows.put(Command.Refresh.class, new Row("refresh", Asks.NOTHING, Json.object(), null));
    rows.put(
        Command.Status.class,
        new Row("status", Asks.NOTHING, Json.object("status", "online"), null));
    rows.put(Command.Ping.class, new Row("ping", Asks.NOTHING, Json.object(), null));
    rows.put(Command.Subscribe.class, new Row("subscribe", Asks.SUBSCRIBE, Json.object(), null));
    rows.put(
        Command.Publish.class,
        row(
            "publish",
            Asks.PUBLISH,
            (api, channel, id) -> api.publish(channel, "intruder"),
            "data",
            "intruder"));
    rows.put(
        Command.Update.class,
        row(
            "update",
            Asks.CHANGE,
            (api, channel, id) -> api.call("PATCH", message(channel, id), "{\"data\":\"other\"}"),
            "data",
            "other"));
    rows.put(
        Command.React.class,
        row(
            "react",
            Asks.PUBLISH,
            (api, channel, id) -> api.call("PUT", message(channel, id) + "/reactions/ok", "{}"),
            "reaction",
            "ok"));
    rows.put(
        Command.Confirm.class,
        row(
            "confirm",
            Asks.SUBSCRIBE,
            (api, channel, id) -> api.call("PUT", message(channel, id) + "/confirmation", "{}")));
    rows.put(
        Command.Delete.class,
        row(
            "delete",
            Asks.CHANGE,
            (api, channel, id) -> api.call("DELETE", message(channel, id), "")));
    rows.put(
        Command.Read.class,
        row(
            "read",
            Asks.SUBSCRIBE,
            (api, channel, id) -> receipt(api, channel, "read"),
            "offset",
            0));
    rows.put(
        Command.History.class,
        row("history", Asks.HISTORY, (api, channel, id) -> api.history(channel, "")));
    rows.put(
        Command.Presence.class,
        row(
            "presence",
            Asks.PRESENCE,
            (api, channel, id) -> api.get("api/v1/channels/" + channel + "/presence")));
    rows.put(
        Command.Typing.class,
        row(
            "typing",
            Asks.PUBLISH,
            (api, channel, id) ->
                api.post("api/v1/channels/" + channel + "/typing", "{\"typing\":true}"),
            "typing",
            true));
    rows.put(
        Command.Ack.class,
        row(
            "ack",
            Asks.SUBSCRIBE,
            (api, channel, id) -> receipt(api, channel, "delivered"),
            "offset",
            0));
    rows.put(
        Command.Unsubscribe.class, new Row("unsubscribe", Asks.SUBSCRIBE, Json.object(), null));
    return rows;
  }

  private static Row row(String type, Asks asks, Request http, Object... fields) {
    return new Row(type, asks, Json.object(fields), http);
  }

  private static String message(String channel, String id) {
    return Api.messagesPath(channel) + "/" + id;
  }

  private static Api.Answer receipt(Api api, String channel, String field) {
    return api.call(
        "PUT", "api/v1/channels/" + channel + "/receipts", Json.object(field, 1).toString());
  }

  /** Whether it is about a message that has to be there. */
  static boolean needsMessage(Class<? extends Command> command) {
    return List.of(
            Command.Update.class, Command.Delete.class, Command.React.class, Command.Confirm.class)
        .contains(command);
  }

  /**
   * Sends the command, with a connection of this person for the WebSocket; null when the transport
   * does not have it.
   */
  static @Nullable Answer send(
      Class<? extends Command> command,
      Via via,
      Person person,
      WsClient socket,
      String channel,
      String messageId) {
    Row row = ALL.get(command);
    if (via == Via.WEBSOCKET) {
      return overSocket(command, row, person, socket, channel, messageId);
    }
    if (command == Command.Subscribe.class) {
      String start = via == Via.SSE ? "api/v1/stream?" : "api/v1/poll?wait=0&";
      return subscribe(person, via, start + "channels=" + ServerUrl.encode(channel), channel);
    }
    if (row.http == null) {
      return null;
    }
    return answer(row.http.send(person.api(), channel, messageId));
  }

  private static Answer overSocket(
      Class<? extends Command> command,
      Row row,
      Person person,
      WsClient socket,
      String channel,
      String messageId) {
    ObjectNode fields = row.fields.deepCopy();
    if (row.asks != Asks.NOTHING) {
      fields.put("channel", channel);
    }
    if (needsMessage(command)) {
      fields.put("messageId", messageId);
    }
    if (command == Command.Connect.class || command == Command.Refresh.class) {
      fields.put("token", person.token());
    }
    Object[] pairs = new Object[2 * fields.size()];
    int next = 0;
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      pairs[next++] = field.getKey();
      pairs[next++] = field.getValue();
    }
    CompletableFuture<JsonNode> reply = socket.commandAsync(row.type, pairs);
    if (command == Command.Typing.class || command == Command.Ack.class) {
      // Answered only when they fail, and before the next command is begun.
      JsonNode unused = socket.reply("ping");
      if (!reply.isDone()) {
        return new Answer("", "", "no answer");
      }
    }
    JsonNode said = Await.result("the reply to " + row.type, reply);
    return new Answer(said.path("code").asText(), said.path("message").asText(), said.toString());
  }

  private static Answer subscribe(Person person, Via via, String path, String channel) {
    if (via == Via.POLLING) {
      return answer(person.api().get(path));
    }
    // A stream does not end: what is refused is refused before it begins.
    SseRequest request =
        person.token().isEmpty()
            ? SseClient.to(person.server()).channels(channel)
            : person.sse(channel);
    try (SseRequest.Attempt stream = request.openOrRefused()) {
      return stream.refusal() == null
          ? new Answer("", "", stream.connected().toString())
          : answer(stream.refusal());
    }
  }

  private static Answer answer(Api.Answer answer) {
    boolean failed = answer.status() >= 400;
    JsonNode body = failed ? answer.json() : Json.object();
    return new Answer(body.path("code").asText(), body.path("detail").asText(), answer.text());
  }
}
