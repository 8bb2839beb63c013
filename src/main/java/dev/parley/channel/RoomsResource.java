package dev.parley.channel;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.RequestBody;
import dev.parley.protocol.UserId;
import dev.parley.ratelimit.PublishLimit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rooms and their members: {@code /api/v1/rooms}. Each change is a message in its room, so it is
 * taken from the caller's allowance for messages.
 */
@Path("/rooms")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RoomsResource {
  @Inject CreateRoom create;
  @Inject ChangeRoom change;
  @Inject ArchiveRoom archive;
  @Inject ShowRooms show;
  @Inject JoinRoom join;
  @Inject InviteMember invite;
  @Inject LeaveRoom leave;
  @Inject RemoveMember remove;
  @Inject RoomSettings settings;
  @Inject PublishLimit limit;
  @Inject Ids ids;
  @Inject Event<RoomToBe> toBe;

  /** Creates a room of which the caller is the owner. */
  @POST
  public Response create(@Context HttpServletRequest request, InputStream body) {
    Caller caller = paying(request);
    JsonObject wanted = RequestBody.read(body);
    String name = name(wanted.string("name"));
    String stated = wanted.optionalString("visibility");
    Visibility visibility = stated == null ? Visibility.PUBLIC : Visibility.of(stated);
    String id = ids.random(12);
    toBe.fire(
        new RoomToBe(new ChannelKey(caller.org(), new ChannelName(Room.NAMESPACE + ":" + id))));
    RoomView room = create.handle(caller, id, name, visibility);
    return Response.created(URI.create("rooms/" + room.id()))
        .entity(JsonWriter.object(room::write))
        .build();
  }

  /** Public rooms and the caller's own; with {@code member=true} only these. */
  @GET
  public String list(
      @Context HttpServletRequest request,
      @QueryParam("member") @Nullable String member,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limit) {
    RoomPage page = RoomPage.of(cursor, limit);
    List<RoomView> rooms =
        show.list(caller(request), "true".equals(member), page.afterNumber(), page.limit() + 1);
    return page.json("rooms", rooms, RoomView::write, last -> Long.toString(last.number()));
  }

  /** One room. */
  @GET
  @Path("/{room}")
  public String room(@Context HttpServletRequest request, @PathParam("room") String room) {
    return JsonWriter.object(show.one(caller(request), room)::write);
  }

  /** Renames, archives or opens again. */
  @PATCH
  @Path("/{room}")
  public String change(
      @Context HttpServletRequest request, @PathParam("room") String room, InputStream body) {
    Caller caller = paying(request);
    JsonObject wanted = RequestBody.read(body);
    String name = wanted.optionalString("name");
    Boolean archived = wanted.has("archived") ? wanted.flag("archived", false) : null;
    if (name == null && archived == null) {
      throw CommandRejected.badRequest("name: or archived must be there");
    }
    return JsonWriter.object(
        change.handle(caller, room, name == null ? null : name(name), archived)::write);
  }

  /** Archives: what was said stays, and the id is not given again. */
  @DELETE
  @Path("/{room}")
  public Response archive(@Context HttpServletRequest request, @PathParam("room") String room) {
    RoomView unused = archive.handle(paying(request), room, true);
    return Response.noContent().build();
  }

  /** The members, in the order of their ids. */
  @GET
  @Path("/{room}/members")
  public String members(
      @Context HttpServletRequest request,
      @PathParam("room") String room,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limit) {
    RoomPage page = RoomPage.of(cursor, limit);
    String after = page.after() == null ? "" : page.after();
    List<MemberView> members = show.members(caller(request), room, after, page.limit() + 1);
    return page.json("members", members, MemberView::write, last -> last.user().value());
  }

  /** Joins, invites, or gives another role. */
  @PUT
  @Path("/{room}/members/{user}")
  public String put(
      @Context HttpServletRequest request,
      @PathParam("room") String room,
      @PathParam("user") String user,
      InputStream body) {
    Caller caller = paying(request);
    String wanted = RequestBody.readOptional(body).optionalString("role");
    RoomRole role = wanted == null ? null : RoomRole.of(wanted);
    UserId member = new UserId(user);
    MemberView view =
        member.equals(caller.user())
            ? join.handle(caller, room, role)
            : invite.handle(caller, room, member, role);
    return JsonWriter.object(view::write);
  }

  /** Leaves, or removes another. */
  @DELETE
  @Path("/{room}/members/{user}")
  public Response remove(
      @Context HttpServletRequest request,
      @PathParam("room") String room,
      @PathParam("user") String user) {
    Caller caller = paying(request);
    UserId member = new UserId(user);
    if (member.equals(caller.user())) {
      leave.handle(caller, room);
    } else {
      remove.handle(caller, room, member);
    }
    return Response.noContent().build();
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }

  /** The caller of something that ends in a message. */
  private Caller paying(HttpServletRequest request) {
    Caller caller = caller(request);
    limit.take(caller);
    return caller;
  }

  private String name(String name) {
    String trimmed = name.strip();
    if (trimmed.isEmpty() || trimmed.length() > settings.maxName) {
      throw CommandRejected.badRequest("name: must have 1 to " + settings.maxName + " characters");
    }
    return trimmed;
  }
}
