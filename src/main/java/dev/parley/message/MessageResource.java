package dev.parley.message;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Delete;
import dev.parley.protocol.Command.React;
import dev.parley.protocol.Command.Update;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.Marks;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.Reaction;
import dev.parley.protocol.RequestBody;
import dev.parley.protocol.ServerFrame.Changed;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One message over HTTP: {@code /api/v1/channels/{channel}/messages/{messageId}}. */
@Path("/channels/{channel}/messages/{messageId}")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class MessageResource {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([0-9]{1,16})\"");

  @Inject ChangeMessage change;
  @Inject ReadHistory history;

  /** The message in its present form; the {@code ETag} is its version. */
  @GET
  public Response read(
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId) {
    MessagePush message =
        history.one(caller(request), new ChannelName(channel), MessageId.parse(messageId));
    return Response.ok(JsonWriter.object(json -> JsonWriter.stored(json, message)))
        .header(HttpHeaders.ETAG, tag(version(message)))
        .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
        .build();
  }

  private static long version(MessagePush message) {
    Marks.Version edited = message.marks().edited();
    return edited == null ? message.position().offset() : edited.offset();
  }

  /** Gives it other content. */
  @PATCH
  public void update(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      InputStream body) {
    JsonObject object = RequestBody.read(body, RequestBody.MAX_MESSAGE);
    Update inBody =
        CommandReader.update(
            new ChannelName(channel), MessageId.parse(messageId), object, CommandReader.key(key));
    Long version = version(ifMatch);
    Update command =
        version == null
            ? inBody
            : new Update(
                inBody.channel(), inBody.messageId(), inBody.data(), version, inBody.key());
    answer(response, change.update(caller(request), command));
  }

  /** Takes it back. */
  @DELETE
  public void delete(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId,
      @HeaderParam("If-Match") @Nullable String ifMatch) {
    Delete command =
        new Delete(new ChannelName(channel), MessageId.parse(messageId), version(ifMatch));
    answer(response, change.delete(caller(request), command));
  }

  /** Reacts to it. */
  @PUT
  @Path("/reactions/{reaction}")
  public void react(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId,
      @PathParam("reaction") String reaction) {
    answer(response, change.react(caller(request), react(channel, messageId, reaction, false)));
  }

  /** Takes a reaction back. */
  @DELETE
  @Path("/reactions/{reaction}")
  public void unreact(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId,
      @PathParam("reaction") String reaction) {
    answer(response, change.react(caller(request), react(channel, messageId, reaction, true)));
  }

  private static React react(String channel, String messageId, String reaction, boolean remove) {
    return new React(
        new ChannelName(channel), MessageId.parse(messageId), new Reaction(reaction), remove);
  }

  private static void answer(
      AsyncResponse response, CompletionStage<CompletionStage<Changed>> placed) {
    CompletionStage<?> unused =
        placed
            .thenCompose(change -> change)
            .whenComplete(
                (changed, failure) -> {
                  if (changed == null) {
                    response.resume(failure);
                  } else {
                    response.resume(answer(changed));
                  }
                });
  }

  private static Response answer(Changed changed) {
    Response.ResponseBuilder response =
        Response.ok(JsonWriter.object(json -> JsonWriter.changed(json, changed)));
    // Only an update makes another version.
    return changed.type().equals("updated")
        ? response.header(HttpHeaders.ETAG, tag(changed.position().offset())).build()
        : response.build();
  }

  private static String tag(long version) {
    return "\"" + version + "\"";
  }

  private static @Nullable Long version(@Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.equals("*")) {
      return null;
    }
    Matcher tag = TAG.matcher(ifMatch);
    if (!tag.matches() || Long.parseLong(tag.group(1)) > StreamPosition.MAX_OFFSET) {
      throw CommandRejected.badRequest("If-Match: must be the ETag of the message");
    }
    return Long.parseLong(tag.group(1));
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }
}
