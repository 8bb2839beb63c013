package dev.parley.admin;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.RequestBody;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.Caller;
import dev.parley.security.Revocation;
import dev.parley.security.RevocationNote;
import dev.parley.security.RevokeAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;

/**
 * Takes a user's access back: {@code /api/v1/admin/users/{user}/…}, for admins, in their own
 * tenant. Answers when it is stored; within two seconds every node acts on it.
 */
@Path("/admin/users/{user}")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class AccessResource {
  private static final System.Logger LOG = System.getLogger(AccessResource.class.getName());

  @Inject RevokeAccess revoke;
  @Inject Clock clock;
  @Inject Event<AuditEvent> audit;

  /** Ends the connections that the user has now. They may connect again. */
  @POST
  @Path("/disconnect")
  public Response disconnect(@Context HttpServletRequest request, @PathParam("user") String user) {
    Caller admin = AdminCall.of(request);
    return accepted(admin, Revocation.disconnect(admin.org(), new UserId(user)));
  }

  /** Takes back all tokens that were issued until {@code issuedBefore}, or until now. */
  @POST
  @Path("/revoke-tokens")
  public Response revokeTokens(
      @Context HttpServletRequest request, @PathParam("user") String user, InputStream body) {
    Caller admin = AdminCall.of(request);
    JsonObject fields = RequestBody.readOptional(body);
    Instant before = Times.optional(fields, "issuedBefore", clock.instant());
    return accepted(admin, Revocation.tokens(admin.org(), new UserId(user), before));
  }

  /** Keeps the user out for {@code seconds}. Again replaces the time. */
  @PUT
  @Path("/block")
  public Response block(
      @Context HttpServletRequest request, @PathParam("user") String user, InputStream body) {
    Caller admin = AdminCall.of(request);
    Instant until = Times.end(RequestBody.read(body), clock);
    return accepted(admin, Revocation.blockUser(admin.org(), new UserId(user), until));
  }

  /** Lets the user in again; if they are not blocked, nothing happens. */
  @DELETE
  @Path("/block")
  public Response unblock(@Context HttpServletRequest request, @PathParam("user") String user) {
    Caller admin = AdminCall.of(request);
    return accepted(admin, Revocation.blockUser(admin.org(), new UserId(user), clock.instant()));
  }

  /**
   * @throws CommandRejected when there are too many
   */
  private Response accepted(Caller admin, Revocation revocation) {
    revoke.revoke(revocation);
    audit.fire(RevocationNote.by(admin, revocation));
    LOG.log(
        Level.INFO,
        "{0} of {1}: {2} {3}",
        admin.user(),
        admin.org(),
        revocation.kind(),
        revocation.subject());
    return Response.accepted().build();
  }
}
