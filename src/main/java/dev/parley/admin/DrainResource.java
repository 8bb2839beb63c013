package dev.parley.admin;

import dev.parley.cluster.ClusterSettings;
import dev.parley.cluster.Node;
import dev.parley.connection.DrainNode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.RequestBody;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;

/** Empties the node that answers: {@code POST /api/v1/admin/drain}, for admins. */
@Path("/admin/drain")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class DrainResource {
  private static final System.Logger LOG = System.getLogger(DrainResource.class.getName());

  /** Longest window, in seconds: beyond an hour somebody has mistaken the unit. */
  private static final int MAX_WINDOW = 3_600;

  @Inject DrainNode drain;
  @Inject ClusterSettings settings;
  @Inject Node node;
  @Inject Event<AuditEvent> audit;

  /** Begins, and answers at once; {@code window} is in seconds. Again is no mistake. */
  @POST
  public Response drain(@Context HttpServletRequest request, InputStream body) {
    Caller admin = AdminCall.of(request);
    Duration window = window(RequestBody.readOptional(body));
    LOG.log(Level.INFO, "{0} drains this node", admin.user());
    drain.begin(window);
    audit.fire(AuditEvent.by(Kind.ADMIN, admin, "drain " + node.name()));
    String json =
        JsonWriter.object(
            out -> {
              out.writeStringField("state", drain.state().name().toLowerCase(Locale.ROOT));
              out.writeNumberField("connections", drain.connections());
              out.writeNumberField("window", window.toSeconds());
            });
    return Response.accepted(json).build();
  }

  private Duration window(JsonObject body) {
    long seconds = body.integer("window", settings.drainWindow.toSeconds());
    if (seconds < 0 || seconds > MAX_WINDOW) {
      throw CommandRejected.badRequest("window: must be from 0 to " + MAX_WINDOW + " seconds");
    }
    return Duration.ofSeconds(seconds);
  }
}
