package dev.parley.admin;

import dev.parley.message.LegalHolds;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Legal holds: {@code /api/v1/admin/holds}, for admins, in their own tenant. */
@Path("/admin/holds")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class HoldsResource {
  private static final System.Logger LOG = System.getLogger(HoldsResource.class.getName());

  @Inject LegalHolds holds;
  @Inject Event<AuditEvent> audit;

  /** Who is held. */
  @GET
  public Response list(@Context HttpServletRequest request) {
    List<String> held = holds.of(AdminCall.of(request).org());
    String json =
        JsonWriter.object(
            out -> {
              out.writeBooleanField("tenant", held.contains(""));
              out.writeArrayFieldStart("users");
              for (String user : held) {
                if (!user.isEmpty()) {
                  out.writeString(user);
                }
              }
              out.writeEndArray();
            });
    return Response.ok(json).build();
  }

  /** Holds the tenant. */
  @PUT
  @Path("/tenant")
  public Response holdTenant(@Context HttpServletRequest request) {
    return hold(AdminCall.of(request), null);
  }

  /** Ends the hold of the tenant; those of persons stay. */
  @DELETE
  @Path("/tenant")
  public Response releaseTenant(@Context HttpServletRequest request) {
    return release(AdminCall.of(request), null);
  }

  /** Holds a person. */
  @PUT
  @Path("/users/{user}")
  public Response holdUser(@Context HttpServletRequest request, @PathParam("user") String user) {
    return hold(AdminCall.of(request), new UserId(user));
  }

  /** Ends the hold of a person. */
  @DELETE
  @Path("/users/{user}")
  public Response releaseUser(@Context HttpServletRequest request, @PathParam("user") String user) {
    return release(AdminCall.of(request), new UserId(user));
  }

  private Response hold(Caller admin, @Nullable UserId user) {
    holds.hold(admin.org(), user);
    audit.fire(AuditEvent.by(Kind.ADMIN, admin, act("hold", user)).to(user));
    LOG.log(Level.INFO, "{0} holds {1} of {2}", admin.user(), who(user), admin.org());
    return Response.noContent().build();
  }

  private Response release(Caller admin, @Nullable UserId user) {
    holds.release(admin.org(), user);
    audit.fire(AuditEvent.by(Kind.ADMIN, admin, act("release", user)).to(user));
    LOG.log(Level.INFO, "{0} holds {1} of {2} no more", admin.user(), who(user), admin.org());
    return Response.noContent().build();
  }

  private static String act(String what, @Nullable UserId user) {
    return what + (user == null ? " tenant" : " user");
  }

  private static String who(@Nullable UserId user) {
    return user == null ? "everybody" : user.value();
  }
}
