package dev.parley.notification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.Json;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import java.util.ArrayList;
import java.util.List;

/** The calls of notifications as one caller makes them. */
final class InboxClient {
  static final String PATH = "api/v1/notifications";

  private final Api api;

  InboxClient(Person person) {
    this.api = person.api();
  }

  /** Notifies; alternating names and values. */
  Api.Answer send(Object... fields) {
    return api.post(PATH, Json.object(fields).toString());
  }

  /** The same under a key. */
  Api.Answer sendKeyed(String key, Object... fields) {
    return api.post(PATH, Json.object(fields).toString(), "Idempotency-Key", key);
  }

  JsonNode page(String query) {
    return api.get(PATH + (query.isEmpty() ? "" : "?" + query)).expect(200).json();
  }

  /** All pages, newest first. */
  List<JsonNode> all(String query) {
    List<JsonNode> all = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = page(query + (next.isEmpty() ? "" : "&before=" + ServerUrl.encode(next)));
      page.get("notifications").forEach(all::add);
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    return all;
  }

  /** The data of all, newest first. */
  List<String> texts() {
    return all("limit=100").stream().map(one -> one.get("data").asText()).toList();
  }

  long unread() {
    return api.get(PATH + "/count").expect(200).json().get("unread").asLong();
  }

  Api.Answer mark(String id, boolean read) {
    return api.call("PATCH", PATH + "/" + id, Json.object("read", read).toString());
  }

  Api.Answer readAll(String body) {
    return api.post(PATH + "/read-all", body);
  }

  Api.Answer remove(String id) {
    return api.call("DELETE", PATH + "/" + id, "");
  }

  Api.Answer clear(String query) {
    return api.call("DELETE", PATH + query, "");
  }

  Api.Answer job(String id) {
    return api.get(PATH + "/jobs/" + id);
  }

  Api api() {
    return api;
  }

  /** The id of the one that says this. */
  String idOf(String text) {
    return all("limit=100").stream()
        .filter(one -> one.get("data").asText().equals(text))
        .findFirst()
        .orElseThrow()
        .get("id")
        .asText();
  }
}
