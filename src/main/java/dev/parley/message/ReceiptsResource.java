package dev.parley.message;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.RequestBody;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Delivered and read over HTTP: {@code /api/v1/channels/{channel}/receipts}. */
@Path("/channels/{channel}/receipts")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ReceiptsResource {
  @Inject RecordReceipt record;
  @Inject ReadReceipts receipts;

  /** Notes how far the caller has come; answered when that is stored. */
  @PUT
  public void record(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      InputStream body) {
    JsonObject object = RequestBody.read(body);
    long delivered = offset(object, "delivered");
    long read = offset(object, "read");
    if (delivered == 0 && read == 0) {
      throw CommandRejected.badRequest("read: or delivered must be there");
    }
    CompletionStage<?> unused =
        record
            .handle(caller(request), new ChannelName(channel), delivered, read, true)
            .whenComplete(
                (receipt, failure) -> {
                  if (receipt == null) {
                    response.resume(failure);
                  } else {
                    response.resume(JsonWriter.object(json -> JsonWriter.receipt(json, receipt)));
                  }
                });
  }

  private static long offset(JsonObject object, String name) {
    long offset = object.integer(name, 0);
    if (offset < 0 || offset > StreamPosition.MAX_OFFSET) {
      throw CommandRejected.badRequest(name + ": must be an offset from 0 to 2^53-1");
    }
    return offset;
  }

  /** How far everybody has come; with a message, who has received and read it, and when. */
  @GET
  public String read(
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @QueryParam("messageId") @Nullable String messageId,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    return receipts.handle(
        caller(request),
        new ChannelName(channel),
        messageId == null ? null : MessageId.parse(messageId),
        after == null ? "" : after,
        PageLimit.of(limit));
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }
}
