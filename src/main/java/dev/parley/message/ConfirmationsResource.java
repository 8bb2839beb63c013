package dev.parley.message;

import dev.parley.message.ConfirmationStore.Asked;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Confirmation;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Confirming a message over HTTP, and who has: below {@link MessageResource}'s path. */
@Path("/channels/{channel}/messages/{messageId}")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ConfirmationsResource {
  @Inject ConfirmMessage confirm;

  /** Confirms a message. */
  @PUT
  @Path("/confirmation")
  public String confirm(
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId) {
    Confirmation done =
        confirm.handle(caller(request), new ChannelName(channel), MessageId.parse(messageId));
    return JsonWriter.object(json -> JsonWriter.confirmation(json, done));
  }

  /** Who has confirmed a message, and who has not. */
  @GET
  @Path("/confirmations")
  public String asked(
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @PathParam("messageId") String messageId,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    int most = PageLimit.of(limit);
    List<Asked> found =
        confirm.asked(
            caller(request),
            new ChannelName(channel),
            MessageId.parse(messageId),
            after == null ? "" : after,
            most + 1);
    boolean more = found.size() > most;
    return JsonWriter.object(
        json -> {
          json.writeArrayFieldStart("users");
          for (Asked one : more ? found.subList(0, most) : found) {
            json.writeStartObject();
            json.writeStringField("user", one.user());
            if (one.time() != null) {
              json.writeStringField("confirmedAt", JsonWriter.time(one.time()));
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          if (more) {
            json.writeStringField("next", found.get(most - 1).user());
          }
        });
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }
}
