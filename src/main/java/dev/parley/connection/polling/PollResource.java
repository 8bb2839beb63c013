package dev.parley.connection.polling;

import dev.parley.channel.Rights;
import dev.parley.connection.Connection;
import dev.parley.connection.ConnectionOpener;
import dev.parley.connection.ConnectionOpener.Start;
import dev.parley.connection.Connections;
import dev.parley.connection.StartQuery;
import dev.parley.message.Cursors;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Polling at {@code /api/v1/poll}: the fallback that every network lets through. A poll is a
 * connection that lasts until there is something to say; while it waits it holds no thread.
 */
@Path("/poll")
@ApplicationScoped
public class PollResource {
  /** Longest wait, in seconds: below the 60 s after which common proxies give up. */
  static final int MAX_WAIT = 30;

  @Inject Connections connections;
  @Inject ConnectionOpener opener;
  @Inject StartQuery query;
  @Inject Cursors cursors;

  /** Answers with what is new behind the cursor, waiting for it up to {@code wait} seconds. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public void poll(
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @QueryParam("channels") @Nullable String channels,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("position") List<String> positions,
      @QueryParam("wait") @Nullable String wait,
      @QueryParam("presence") @Nullable String presence,
      @QueryParam("typing") @Nullable String typing,
      @HeaderParam("If-None-Match") @Nullable String ifNoneMatch) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    int seconds = seconds(wait);
    Start start = query.read(caller, channels, cursor, positions);
    PollAnswer answer =
        new PollAnswer(
            response,
            cursors.writer(caller),
            seconds > 0,
            ifNoneMatch,
            connections::load,
            people(start, presence, typing));
    Connection connection = connections.open(answer, ClientAddress.of(request));
    answer.whenAnswered(() -> connections.closed(connection));
    if (seconds > 0) {
      response.setTimeout(seconds, TimeUnit.SECONDS);
      response.setTimeoutHandler(late -> connection.subscriber().execute(answer::nothingNew));
    }
    try {
      opener.open(
          connection,
          caller,
          start,
          (connected, joined) -> answer.begin(connection.subscriber(), joined),
          answer::fail);
    } catch (CommandRejected e) {
      connections.closed(connection);
      throw e;
    }
  }

  private static PollPeople people(
      Start start, @Nullable String presence, @Nullable String typing) {
    return new PollPeople(
        start.channels().values().stream().map(Rights::channel).toList(),
        presence,
        "true".equals(typing));
  }

  private static int seconds(@Nullable String wait) {
    if (wait == null) {
      return 0;
    }
    try {
      int seconds = Integer.parseInt(wait);
      if (seconds >= 0 && seconds <= MAX_WAIT) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of range.
    }
    throw CommandRejected.badRequest("wait: must be from 0 to " + MAX_WAIT + " seconds");
  }
}
