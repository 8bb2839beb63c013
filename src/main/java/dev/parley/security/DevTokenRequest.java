package dev.parley.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of {@code POST /api/v1/dev/token}: {@code {user, org?, roles?, channels?, name?,
 * expiresIn?}}.
 */
record DevTokenRequest(DevPerson person, ChannelGrants grants, Duration life) {
  /** An hour, as identity providers do. */
  private static final long DEFAULT_SECONDS = 3600;

  private static final long MAX_SECONDS = Duration.ofDays(30).toSeconds();

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  static DevTokenRequest parse(String body) {
    JsonObject json = JsonReader.object(body);
    DevPerson known = DevPerson.named(json.string("user"));
    String name = json.optionalString("name");
    DevPerson person =
        new DevPerson(
            known.user(),
            name == null ? known.name() : name,
            json.optionalString("org"),
            json.has("roles") ? roles(json) : known.roles());
    long seconds = json.integer("expiresIn", DEFAULT_SECONDS);
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw CommandRejected.badRequest("expiresIn: must be from 1 to " + MAX_SECONDS + " seconds");
    }
    return new DevTokenRequest(person, grants(json), Duration.ofSeconds(seconds));
  }

  private static ChannelGrants grants(JsonObject json) {
    if (!json.has(CallerFactory.CHANNELS)) {
      return ChannelGrants.NONE;
    }
    try {
      String claim = json.value(CallerFactory.CHANNELS).value();
      return ChannelGrants.of(MAPPER.readValue(claim, Object.class));
    } catch (JsonProcessingException | CommandRejected e) {
      throw CommandRejected.badRequest("channels: must be an object of patterns and operations");
    }
  }

  private static List<String> roles(JsonObject json) {
    List<String> roles = new ArrayList<>();
    try {
      JsonNode array = MAPPER.readTree(json.value("roles").value());
      if (!array.isArray()) {
        throw notStrings();
      }
      for (JsonNode role : array) {
        if (!role.isTextual()) {
          throw notStrings();
        }
        roles.add(role.textValue());
      }
    } catch (JsonProcessingException e) {
      throw notStrings();
    }
    return roles;
  }

  private static CommandRejected notStrings() {
    return CommandRejected.badRequest("roles: must be an array of strings");
  }
}
