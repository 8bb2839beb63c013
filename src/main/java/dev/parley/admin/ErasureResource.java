package dev.parley.admin;

import dev.parley.message.LegalHolds;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import dev.parley.security.ErasePerson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;

/** Erases a person's content: {@code DELETE /api/v1/admin/users/{user}/data}, for admins. */
@Path("/admin/users/{user}/data")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ErasureResource {
  private static final System.Logger LOG = System.getLogger(ErasureResource.class.getName());

  @Inject Event<ErasePerson> erase;
  @Inject LegalHolds holds;
  @Inject Event<AuditEvent> audit;

  /** Answers when all of it is gone. Again finds only what has come since. */
  @DELETE
  public Response erase(@Context HttpServletRequest request, @PathParam("user") String id) {
    Caller admin = AdminCall.of(request);
    UserId user = new UserId(id);
    if (holds.isHeld(admin.org(), user)) {
      throw new CommandRejected(ErrorCode.CONFLICT, "user: is under legal hold");
    }
    ErasePerson person = new ErasePerson(admin.org(), user);
    erase.fire(person);
    Map<String, Long> counts = new TreeMap<>(person.counts());
    LOG.log(Level.INFO, "{0} has erased {1} of {2}: {3}", admin.user(), user, admin.org(), counts);
    audit.fire(AuditEvent.by(Kind.ERASURE, admin, counts.toString()).to(user));
    String json =
        JsonWriter.object(
            out -> {
              for (Map.Entry<String, Long> count : counts.entrySet()) {
                out.writeNumberField(count.getKey(), count.getValue());
              }
            });
    return Response.ok(json).build();
  }
}
