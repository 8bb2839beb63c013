package dev.parley.publisher;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbException;
import java.util.Collection;

/** Writes calls as JSON. Any thread. */
@ApplicationScoped
class RequestText {
  private final Jsonb jsonb = JsonbBuilder.create();

  Request message(String channel, String event, Object data) {
    if (channel.isBlank()) {
      throw new PublishFailed("channel: is missing");
    }
    return new Request(channel, "{\"event\":" + quoted(event) + ",\"data\":" + json(data) + "}");
  }

  /** To nobody in particular is to everyone in the tenant. */
  Request notification(Collection<String> users, String kind, Object data, boolean urgent) {
    StringBuilder body = new StringBuilder("{");
    if (users.isEmpty()) {
      body.append("\"tenant\":true");
    } else {
      body.append("\"users\":").append(Json.createArrayBuilder(users).build());
    }
    body.append(",\"kind\":").append(quoted(kind));
    body.append(",\"urgent\":").append(urgent);
    body.append(",\"data\":").append(json(data)).append('}');
    return new Request("", body.toString());
  }

  private static String quoted(String text) {
    return Json.createValue(text).toString();
  }

  private String json(Object data) {
    if (data instanceof JsonValue value) {
      return value.toString();
    }
    try {
      return jsonb.toJson(data);
    } catch (JsonbException e) {
      throw new PublishFailed("data: cannot be written as JSON", e);
    }
  }

  @PreDestroy
  void close() {
    try {
      jsonb.close();
    } catch (Exception e) {
      System.getLogger(RequestText.class.getName())
          .log(System.Logger.Level.DEBUG, "JSON Binding does not end well: {0}", e.toString());
    }
  }
}
