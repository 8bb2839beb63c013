package dev.parley.message;

import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.History;
import dev.parley.protocol.Command.HistoryBound;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.RequestBody;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Publish and history over HTTP: {@code /api/v1/channels/{channel}/messages}. */
@Path("/channels/{channel}/messages")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class MessagesResource {
  @Inject PublishMessage publish;
  @Inject ReadHistory history;
  @Inject BlockingCalls calls;

  /** Publishes; 201 when the message is stored, 200 when its key had stored it before. */
  @POST
  public void publish(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      InputStream body) {
    Publish command =
        CommandReader.publish(
            new ChannelName(channel),
            RequestBody.read(body, RequestBody.MAX_MESSAGE),
            CommandReader.key(key));
    CompletionStage<?> unused =
        publish
            .handle(caller(request), command)
            .whenComplete(
                (published, failure) -> {
                  if (published == null) {
                    response.resume(failure);
                  } else {
                    response.resume(answer(published));
                  }
                });
  }

  private static Response answer(Published published) {
    return Response.status(published.duplicate() ? 200 : 201)
        .entity(JsonWriter.object(json -> JsonWriter.stored(json, published)))
        .build();
  }

  /**
   * A page of history: newest first, unless {@code after} is given. Not on the request's thread:
   * there are more of those than connections to the database, and publishers need some, too.
   */
  @GET
  public void history(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @QueryParam("before") @Nullable String before,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    Caller caller = caller(request);
    History query =
        new History(
            new ChannelName(channel),
            bound(before, "before"),
            bound(after, "after"),
            PageLimit.of(limit));
    CompletionStage<?> unused =
        calls
            .call(() -> history.handle(caller, query))
            .whenComplete(
                (page, failure) -> {
                  if (page == null) {
                    response.resume(failure);
                  } else {
                    response.resume(JsonWriter.object(json -> JsonWriter.history(json, page)));
                  }
                });
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }

  private static @Nullable HistoryBound bound(@Nullable String text, String field) {
    if (text == null) {
      return null;
    }
    // Offsets have at most 16 digits; a cursor is longer, and may begin with one.
    if (text.matches("-?[0-9]{1,18}")) {
      long offset = Long.parseLong(text);
      if (offset < 0 || offset > StreamPosition.MAX_OFFSET) {
        throw CommandRejected.badRequest(field + ": must be an offset or a cursor");
      }
      return HistoryBound.ofOffset(offset);
    }
    return HistoryBound.ofCursor(text);
  }
}
