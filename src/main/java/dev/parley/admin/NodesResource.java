package dev.parley.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.cluster.NodeInfo;
import dev.parley.cluster.NodeRegistry;
import dev.parley.protocol.JsonWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** The nodes that are alive: {@code GET /api/v1/admin/nodes}, for admins. */
@Path("/admin/nodes")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class NodesResource {
  @Inject NodeRegistry registry;

  /** All nodes whose lease is not over, in the order in which they registered. */
  @GET
  public void nodes(@Suspended AsyncResponse response, @Context HttpServletRequest request) {
    AdminCall.of(request);
    CompletableFuture<?> unused =
        registry
            .alive()
            .whenComplete(
                (nodes, failure) -> {
                  if (nodes == null) {
                    response.resume(failure);
                  } else {
                    response.resume(answer(nodes));
                  }
                });
  }

  private Response answer(List<NodeInfo> nodes) {
    String json =
        JsonWriter.object(
            out -> {
              out.writeArrayFieldStart("nodes");
              for (NodeInfo node : nodes) {
                write(out, node);
              }
              out.writeEndArray();
            });
    return Response.ok(json).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  private void write(JsonGenerator out, NodeInfo node) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", node.id());
    out.writeStringField("name", node.name());
    out.writeStringField("version", node.version());
    out.writeStringField("state", node.state().name().toLowerCase(Locale.ROOT));
    out.writeNumberField("connections", node.connections());
    out.writeStringField("startedAt", JsonWriter.time(node.startedAt()));
    out.writeStringField("leaseUntil", JsonWriter.time(node.leaseUntil()));
    out.writeBooleanField("answering", node.id().equals(registry.id()));
    out.writeEndObject();
  }
}
