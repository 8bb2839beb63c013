package dev.parley.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.message.HeldMessages;
import dev.parley.message.HeldMessages.Held;
import dev.parley.message.HeldMessages.Place;
import dev.parley.notification.RemovedNotifications;
import dev.parley.notification.RemovedNotifications.At;
import dev.parley.notification.RemovedNotifications.Removed;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserId;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
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
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept for legal holds: {@code /api/v1/admin/held}, for admins, in their own tenant. Each
 * look is in the audit trail.
 */
@Path("/admin/held")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class HeldResource {
  @Inject HeldMessages messages;
  @Inject RemovedNotifications notifications;
  @Inject Event<AuditEvent> audit;

  /** A page of what messages said before they were edited or taken back. */
  @GET
  @Path("/messages")
  public Response messages(
      @Context HttpServletRequest request,
      @QueryParam("user") @Nullable String user,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    Caller admin = AdminCall.of(request);
    HeldQuery query = HeldQuery.of(user, after, 3, limit);
    Place begin = new Place(query.after(0), query.after(1), query.after(2));
    List<Held> page = messages.page(admin.org(), query.user(), begin, query.limit());
    note(admin, "read held messages", query.user());
    return answer(
        out -> {
          out.writeArrayFieldStart("messages");
          for (Held held : page) {
            write(out, held);
          }
          out.writeEndArray();
          if (page.size() == query.limit()) {
            Place last = page.get(page.size() - 1).place();
            out.writeStringField(
                "next", HeldQuery.next(last.channel(), last.offset(), last.change()));
          }
        });
  }

  /** A page of the notifications that were removed. */
  @GET
  @Path("/notifications")
  public Response notifications(
      @Context HttpServletRequest request,
      @QueryParam("user") @Nullable String user,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    Caller admin = AdminCall.of(request);
    HeldQuery query = HeldQuery.of(user, after, 2, limit);
    At begin = new At(query.after(0), query.after(1));
    List<Removed> page = notifications.page(admin.org(), query.user(), begin, query.limit());
    note(admin, "read held notifications", query.user());
    return answer(
        out -> {
          out.writeArrayFieldStart("notifications");
          for (Removed removed : page) {
            write(out, removed);
          }
          out.writeEndArray();
          if (page.size() == query.limit()) {
            At last = page.get(page.size() - 1).at();
            out.writeStringField("next", HeldQuery.next(last.inbox(), last.number()));
          }
        });
  }

  private void note(Caller admin, String act, @Nullable UserId user) {
    audit.fire(AuditEvent.by(Kind.ADMIN, admin, act).to(user));
  }

  private static Response answer(JsonWriter.Body body) {
    return Response.ok(JsonWriter.object(body))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private static void write(JsonGenerator out, Held held) throws IOException {
    out.writeStartObject();
    out.writeStringField("channel", held.channel());
    out.writeNumberField("offset", held.place().offset());
    if (held.id() != null) {
      out.writeStringField("messageId", held.id().toString());
    }
    out.writeStringField("user", held.user());
    time(out, "time", held.time());
    time(out, "changed", held.changed());
    out.writeStringField("event", held.event());
    out.writeFieldName("data");
    out.writeRawValue(held.data().value());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Removed removed) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", removed.id().toString());
    out.writeStringField("user", removed.user());
    out.writeNumberField("number", removed.at().number());
    out.writeStringField("kind", removed.kind());
    out.writeFieldName("data");
    out.writeRawValue(removed.data().value());
    out.writeObjectFieldStart("from");
    out.writeStringField("id", removed.sender());
    if (removed.senderName() != null) {
      out.writeStringField("name", removed.senderName());
    }
    out.writeEndObject();
    time(out, "time", removed.time());
    out.writeEndObject();
  }

  private static void time(JsonGenerator out, String name, @Nullable Instant time)
      throws IOException {
    if (time != null) {
      out.writeStringField(name, JsonWriter.time(time));
    }
  }
}
