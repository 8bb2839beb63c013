package dev.parley.presence;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.presence.ReadPresence.Seen;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.PresenceJson;
import dev.parley.protocol.UserId;
import dev.parley.ratelimit.PersonLimits;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How reachable many people are: {@code /api/v1/presence?users=}. */
@Path("/presence")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class PresenceResource {
  /** Longest list that is looked at: as many of the longest ids as there may be. */
  private static final int MAX_LENGTH = ReadPresence.MAX_USERS * (UserId.MAX_LENGTH + 1);

  @Inject ReadPresence read;
  @Inject PersonLimits limits;

  /** Status, last time and devices of each, in the order of the question. */
  @GET
  public String users(
      @Context HttpServletRequest request, @QueryParam("users") @Nullable String users) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    limits.presence(caller);
    List<Seen> found = read.users(caller, ids(users));
    return JsonWriter.object(
        json -> {
          json.writeArrayFieldStart("users");
          for (Seen one : found) {
            write(json, one);
          }
          json.writeEndArray();
        });
  }

  private static Set<UserId> ids(@Nullable String users) {
    Set<UserId> ids = new LinkedHashSet<>();
    if (users == null || users.isBlank()) {
      return ids;
    }
    if (users.length() > MAX_LENGTH) {
      throw CommandRejected.badRequest("users: is too long");
    }
    for (String user : users.split(",", -1)) {
      ids.add(new UserId(user.trim()));
    }
    return ids;
  }

  private static void write(JsonGenerator json, Seen seen) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", seen.user().user().id());
    if (seen.user().user().name() != null) {
      json.writeStringField("name", seen.user().user().name());
    }
    PresenceJson.status(json, seen.user());
    if (seen.lastSeen() != null) {
      json.writeStringField("lastSeen", JsonWriter.time(seen.lastSeen()));
    }
    json.writeArrayFieldStart("devices");
    for (DeviceInfo device : seen.devices()) {
      json.writeStartObject();
      json.writeStringField("transport", device.transport());
      if (device.label() != null) {
        json.writeStringField("device", device.label());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
