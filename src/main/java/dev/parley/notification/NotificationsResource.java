package dev.parley.notification;

import dev.parley.message.LogChannels;
import dev.parley.notification.ChangeInbox.Owner;
import dev.parley.protocol.Command.History;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.RequestBody;
import dev.parley.ratelimit.PublishLimit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Notifications over HTTP: {@code /api/v1/notifications}. Each change of an inbox is taken from the
 * caller's allowance for messages.
 */
@Path("/notifications")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class NotificationsResource {
  /** Largest body in bytes: ten thousand of the longest ids, and the rest. */
  private static final int MAX_BODY = 4 << 20;

  @Inject SendNotification send;
  @Inject ReadInbox read;
  @Inject ChangeInbox change;
  @Inject JobStore jobs;
  @Inject Inboxes inboxes;
  @Inject LogChannels channels;
  @Inject NotificationSettings settings;
  @Inject PublishLimit limit;

  /** Notifies; 201 when all is stored, 202 when it goes on behind the answer, 200 when repeated. */
  @POST
  public Response notify(
      @Context HttpServletRequest request,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      InputStream body) {
    Caller caller = caller(request);
    JsonObject json = RequestBody.read(body, MAX_BODY);
    SendNotification.Sent sent =
        send.handle(caller, Notify.read(caller, json, CommandReader.key(key), settings));
    JobStatus status = sent.status();
    String answer =
        JsonWriter.object(
            out -> {
              status.write(out);
              if (sent.duplicate()) {
                out.writeBooleanField("duplicate", true);
              }
            });
    return Response.status(sent.duplicate() ? 200 : status.isDone() ? 201 : 202)
        .header(HttpHeaders.LOCATION, request.getRequestURI() + "/jobs/" + status.id())
        .entity(answer)
        .build();
  }

  /** How far a call has come that goes on behind its answer. */
  @GET
  @Path("/jobs/{job}")
  public Response job(@Context HttpServletRequest request, @PathParam("job") String job) {
    Caller caller = caller(request);
    JobStatus status = jobs.find(caller.org(), caller.user(), id(job, "job"));
    if (status == null) {
      throw CommandRejected.notFound("job: you have no such job");
    }
    return answer(JsonWriter.object(status::write));
  }

  /** A page of the caller's inbox, newest first. */
  @GET
  public Response list(
      @Context HttpServletRequest request,
      @QueryParam("unread") @Nullable String unread,
      @QueryParam("before") @Nullable String before,
      @QueryParam("limit") @Nullable String limit) {
    Owner owner = owner(request);
    InboxPage page =
        read.page(
            owner.inboxId(),
            owner.tenantInbox(),
            flag(unread, "unread"),
            UpTo.parse(before, "before"),
            limit(limit));
    return answer(
        JsonWriter.object(
            out -> {
              out.writeArrayFieldStart("notifications");
              for (Notification notification : page.notifications()) {
                notification.write(out);
              }
              out.writeEndArray();
              out.writeNumberField("unread", page.unread());
              page.upTo().write(out);
              if (page.next() != null) {
                out.writeStringField("next", page.next().toString());
              }
            }));
  }

  /** How many are unread. */
  @GET
  @Path("/count")
  public Response count(@Context HttpServletRequest request) {
    Owner owner = owner(request);
    return answer(read.count(owner.inboxId(), owner.tenantInbox()));
  }

  /** Marks one as read or unread. */
  @PATCH
  @Path("/{id}")
  public Response mark(
      @Context HttpServletRequest request, @PathParam("id") String id, InputStream body) {
    JsonObject json = RequestBody.read(body);
    if (!json.has("read")) {
      throw CommandRejected.badRequest("read: is missing");
    }
    return answer(change.mark(paying(request), id(id, "id"), json.flag("read", true)));
  }

  /** Marks as read what is there, or what was there up to the numbers that the caller names. */
  @POST
  @Path("/read-all")
  public Response readAll(@Context HttpServletRequest request, InputStream body) {
    UpTo upTo = UpTo.in(RequestBody.readOptional(body));
    return answer(change.readAll(paying(request), upTo));
  }

  /** Removes one. */
  @DELETE
  @Path("/{id}")
  public Response remove(@Context HttpServletRequest request, @PathParam("id") String id) {
    return answer(change.remove(paying(request), id(id, "id")));
  }

  /** Removes what is there, or what was there up to the numbers that the caller names. */
  @DELETE
  public Response clear(
      @Context HttpServletRequest request, @QueryParam("upTo") @Nullable String upTo) {
    return answer(change.clear(paying(request), UpTo.parse(upTo, "upTo")));
  }

  /** The owner of an inbox that changes, which is told to the devices in a message. */
  private Owner paying(HttpServletRequest request) {
    Caller caller = caller(request);
    limit.take(caller);
    return owner(request);
  }

  private Owner owner(HttpServletRequest request) {
    Caller caller = caller(request);
    if (!NotificationChannels.fits(caller.user())) {
      throw CommandRejected.notFound("your id is too long to be notified");
    }
    channels.prepare(List.of(NotificationChannels.changes(caller.org(), caller.user())));
    return new Owner(
        caller, inboxes.of(caller.org(), caller.user()), inboxes.ofTenant(caller.org()));
  }

  private static Response answer(UnreadCount count) {
    return answer(
        JsonWriter.object(
            out -> {
              out.writeNumberField("unread", count.unread());
              count.upTo().write(out);
            }));
  }

  private static Response answer(String json) {
    return Response.ok(json).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }

  private static UUID id(String text, String field) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw CommandRejected.badRequest(field + ": must be an id that the server has given");
    }
  }

  private static boolean flag(@Nullable String text, String field) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw CommandRejected.badRequest(field + ": must be true or false");
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return History.DEFAULT_LIMIT;
    }
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 100) {
      throw CommandRejected.badRequest("limit: must be from 1 to 100");
    }
    return Integer.parseInt(text);
  }
}
