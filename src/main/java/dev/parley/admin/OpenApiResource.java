package dev.parley.admin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;

/**
 * The description of this API: {@code GET /api/v1/openapi}, for everybody who has a credential. The
 * server's own {@code /openapi} would tell it to all, and is switched off.
 */
@Path("/openapi")
@ApplicationScoped
public class OpenApiResource {
  private static final String DOCUMENT = "/META-INF/openapi.yaml";

  /** The document, in YAML. */
  @GET
  @Produces("application/yaml")
  public Response document() throws IOException {
    try (InputStream document = OpenApiResource.class.getResourceAsStream(DOCUMENT)) {
      if (document == null) {
        throw new IOException("the WAR has no " + DOCUMENT);
      }
      return Response.ok(document.readAllBytes()).build();
    }
  }
}
