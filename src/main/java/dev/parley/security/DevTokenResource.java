package dev.parley.security;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;

/**
 * Tokens for anyone, in the development mode only; otherwise there is nothing here ({@code
 * not_found}).
 */
@Path("/dev")
@RequestScoped
public class DevTokenResource {
  @Inject DevMode mode;
  @Inject SecuritySettings settings;

  /** A token for {@code {user, org?, roles?, channels?, name?, expiresIn? (seconds)}}. */
  @POST
  @Path("/token")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response token(String body) {
    requireOn();
    DevTokenRequest request = DevTokenRequest.parse(body);
    Instant expiresAt = mode.expiry(request.life());
    String token = mode.token(request.person(), request.grants(), expiresAt);
    String json =
        JsonWriter.object(
            out -> {
              out.writeStringField("token", token);
              out.writeStringField("expiresAt", JsonWriter.time(expiresAt));
            });
    return Response.ok(json).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  /** Who can be chosen on the demo pages. */
  @GET
  @Path("/users")
  @Produces(MediaType.APPLICATION_JSON)
  public String users() {
    requireOn();
    return JsonWriter.object(
        out -> {
          out.writeArrayFieldStart("users");
          for (DevPerson person : DevPerson.ALL) {
            write(out, person);
          }
          out.writeEndArray();
        });
  }

  private void write(JsonGenerator out, DevPerson person) throws IOException {
    out.writeStartObject();
    out.writeStringField("user", person.user());
    out.writeStringField("name", person.name());
    String org = person.org();
    out.writeStringField("org", org == null ? settings.defaultOrg : org);
    out.writeFieldName("roles");
    out.writeArray(person.roles().toArray(String[]::new), 0, person.roles().size());
    out.writeEndObject();
  }

  private void requireOn() {
    if (!mode.isOn()) {
      throw CommandRejected.notFound("there is nothing here");
    }
  }
}
