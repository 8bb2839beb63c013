package dev.parley.presence;

import dev.parley.message.Failures;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Typing;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.PresenceJson;
import dev.parley.protocol.RequestBody;
import dev.parley.ratelimit.PersonLimits;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Who is in a channel, and who is typing there: {@code /api/v1/channels/{channel}}. */
@Path("/channels/{channel}")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ChannelPresenceResource {
  @Inject ReadPresence read;
  @Inject Typists typists;
  @Inject Failures failures;
  @Inject PersonLimits limits;

  /** Who is there: a page in the order of their ids. */
  @GET
  @Path("/presence")
  public String presence(
      @Context HttpServletRequest request,
      @PathParam("channel") String channel,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    limits.presence(caller(request));
    ChannelName name = new ChannelName(channel);
    PresencePage page = read.page(caller(request), name, after == null ? "" : after, limit(limit));
    return JsonWriter.object(
        json -> {
          json.writeStringField("channel", name.value());
          PresenceJson.users(json, "users", page.users());
          json.writeNumberField("total", page.total());
          if (page.next() != null) {
            json.writeStringField("next", page.next());
          }
        });
  }

  /** The caller types, or no longer. */
  @POST
  @Path("/typing")
  public void typing(
      @Context HttpServletRequest request, @PathParam("channel") String channel, InputStream body) {
    limits.typing(caller(request));
    Typing said = CommandReader.typing(new ChannelName(channel), RequestBody.readOptional(body));
    try {
      typists.say(caller(request), said).join();
    } catch (CompletionException e) {
      throw failures.toRejection(e);
    }
  }

  private static int limit(@Nullable String text) {
    try {
      return text == null ? ReadPresence.MAX_PAGE : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw CommandRejected.badRequest("limit: must be from 1 to " + ReadPresence.MAX_PAGE);
    }
  }

  private static Caller caller(HttpServletRequest request) {
    return (Caller) request.getAttribute(Caller.class.getName());
  }
}
