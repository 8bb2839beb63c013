package dev.parley.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.audit.AuditContent;
import dev.parley.audit.AuditEntry;
import dev.parley.audit.AuditTrail;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit trail of the caller's tenant: {@code GET /api/v1/admin/audit}, for admins. */
@Path("/admin/audit")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
  private static final int MAX_LIMIT = 100;

  @Inject AuditTrail trail;

  /**
   * A page, newest first. What belongs to no tenant, such as a refused credential, is in the
   * database only.
   */
  @GET
  public Response audit(
      @Context HttpServletRequest request,
      @QueryParam("before") @Nullable String before,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("kind") @Nullable String kind) {
    Caller admin = AdminCall.of(request);
    int count = (int) number("limit", limit, MAX_LIMIT / 2, MAX_LIMIT);
    long end = number("before", before, Long.MAX_VALUE, Long.MAX_VALUE);
    List<AuditEntry> entries = trail.page(admin.org(), kind(kind), end, count);
    String json =
        JsonWriter.object(
            out -> {
              out.writeArrayFieldStart("entries");
              for (AuditEntry entry : entries) {
                write(out, entry);
              }
              out.writeEndArray();
              if (entries.size() == count) {
                out.writeNumberField("next", entries.get(count - 1).number());
              }
            });
    return Response.ok(json).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  private static long number(String field, @Nullable String text, long absent, long max) {
    if (text == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // As one that is out of range.
    }
    throw CommandRejected.badRequest(field + ": must be a number from 1 to " + max);
  }

  private static @Nullable Kind kind(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.text().equals(text))
        .findFirst()
        .orElseThrow(() -> CommandRejected.badRequest("kind: is none of the audit trail"));
  }

  private static void write(JsonGenerator out, AuditEntry entry) throws IOException {
    out.writeStartObject();
    out.writeNumberField("number", entry.number());
    out.writeStringField("time", JsonWriter.time(entry.entry().time()));
    out.writeStringField("kind", entry.entry().kind());
    AuditContent content = entry.entry().content();
    out.writeBooleanField("erased", content == null);
    if (content != null) {
      field(out, "actor", content.actor());
      field(out, "subject", content.subject());
      field(out, "address", content.address());
      field(out, "channel", content.channel());
      field(out, "detail", content.detail());
    }
    out.writeStringField("hash", entry.hash());
    out.writeEndObject();
  }

  private static void field(JsonGenerator out, String name, String value) throws IOException {
    if (!value.isEmpty()) {
      out.writeStringField(name, value);
    }
  }
}
