package dev.parley.security;

import dev.parley.protocol.JsonWriter;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** Tickets for addresses: {@code {ticket, expiresIn}}. */
@Path("/tickets")
@RequestScoped
public class TicketsResource {
  @Inject Tickets tickets;

  /** A ticket for the caller. */
  @POST
  @Produces(MediaType.APPLICATION_JSON)
  public Response issue(@Context SecurityContext security) {
    String ticket = tickets.issue(CallerPrincipal.of(security.getUserPrincipal()));
    String json =
        JsonWriter.object(
            out -> {
              out.writeStringField("ticket", ticket);
              out.writeNumberField("expiresIn", tickets.life().toSeconds());
            });
    return Response.ok(json).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }
}
