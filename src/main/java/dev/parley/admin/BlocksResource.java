package dev.parley.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.RequestBody;
import dev.parley.security.AuditEvent;
import dev.parley.security.Block;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import dev.parley.security.Revocation;
import dev.parley.security.RevocationNote;
import dev.parley.security.Revocations;
import dev.parley.security.RevokeAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of addresses, revoked tokens, and what is blocked now: {@code /api/v1/admin/blocks}, for
 * admins. Addresses belong to no tenant: as with a drain, the operator acts for all of them.
 */
@Path("/admin/blocks")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class BlocksResource {
  private static final System.Logger LOG = System.getLogger(BlocksResource.class.getName());

  @Inject RevokeAccess revoke;
  @Inject Revocations revocations;
  @Inject Clock clock;
  @Inject Event<AuditEvent> audit;

  /** What is blocked now, as this node knows it; the first {@value Revocations#MAX_LISTED}. */
  @GET
  public Response list(@Context HttpServletRequest request) {
    List<Block> blocks = revocations.blocks(AdminCall.of(request).org());
    String json =
        JsonWriter.object(
            out -> {
              out.writeArrayFieldStart("blocks");
              for (Block block : blocks) {
                write(out, block);
              }
              out.writeEndArray();
            });
    return Response.ok(json).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  private static void write(JsonGenerator out, Block block) throws IOException {
    out.writeStartObject();
    out.writeStringField("kind", block.kind().name().toLowerCase(Locale.ROOT));
    out.writeStringField("subject", block.subject());
    Instant before = block.issuedBefore();
    if (before != null) {
      out.writeStringField("issuedBefore", JsonWriter.time(before));
    }
    out.writeStringField("until", JsonWriter.time(block.until()));
    out.writeEndObject();
  }

  /** Keeps an address out for {@code seconds}. Again replaces the time. */
  @PUT
  @Path("/addresses/{address}")
  public Response blockAddress(
      @Context HttpServletRequest request, @PathParam("address") String address, InputStream body) {
    Caller admin = AdminCall.of(request);
    Instant until = Times.end(RequestBody.read(body), clock);
    return accepted(admin, Revocation.blockAddress(ClientAddress.of(address), until));
  }

  /** Lets an address in again; if it is not blocked, nothing happens. */
  @DELETE
  @Path("/addresses/{address}")
  public Response unblockAddress(
      @Context HttpServletRequest request, @PathParam("address") String address) {
    Caller admin = AdminCall.of(request);
    return accepted(admin, Revocation.blockAddress(ClientAddress.of(address), clock.instant()));
  }

  /** Takes back one token by its {@code jti}. */
  @POST
  @Path("/tokens")
  public Response revokeToken(@Context HttpServletRequest request, InputStream body) {
    Caller admin = AdminCall.of(request);
    JsonObject fields = RequestBody.read(body);
    Instant until = end(fields);
    return accepted(admin, Revocation.token(admin.org(), fields.string("jti"), until));
  }

  private @Nullable Instant end(JsonObject fields) {
    return fields.has("expiresAt") ? Times.optional(fields, "expiresAt", clock.instant()) : null;
  }

  private Response accepted(Caller admin, Revocation revocation) {
    revoke.revoke(revocation);
    audit.fire(RevocationNote.by(admin, revocation));
    LOG.log(Level.INFO, "{0} of {1}: {2}", admin.user(), admin.org(), revocation.kind());
    return Response.accepted().build();
  }
}
