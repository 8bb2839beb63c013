package dev.parley.connection.sse;

import dev.parley.connection.Connection;
import dev.parley.connection.ConnectionMetrics;
import dev.parley.connection.ConnectionOpener;
import dev.parley.connection.ConnectionOpener.Start;
import dev.parley.connection.ConnectionSettings;
import dev.parley.connection.Connections;
import dev.parley.connection.StartQuery;
import dev.parley.delivery.Joined;
import dev.parley.message.Cursors;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.ErrorReply;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events at {@code /api/v1/stream}. The resource is JAX-RS; the writing underneath is
 * the servlet's non-blocking output, because {@code SseEventSink.send} of the reference server
 * blocks its caller for up to a minute on a stalled client. No stream holds a thread.
 */
@Path("/stream")
@ApplicationScoped
public class StreamResource {
  @Inject Connections connections;
  @Inject ConnectionOpener opener;
  @Inject StartQuery query;
  @Inject Cursors cursors;
  @Inject ConnectionSettings settings;
  @Inject ConnectionMetrics metrics;
  @Inject Announcements announcements;

  /** Opens a stream. The response is never resumed: its end is the stream's. */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void open(
      @Suspended AsyncResponse suspended,
      @Context HttpServletRequest request,
      @Context Sse sse,
      @QueryParam("channels") @Nullable String channels,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("lastEventId") @Nullable String lastEventIdParameter,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("position") List<String> positions,
      @QueryParam("named") @Nullable String named,
      @QueryParam("presence") @Nullable String presence) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    // The browser's own memory is newer than the address it was given.
    String from = first(lastEventId, first(lastEventIdParameter, cursor));
    Start start = query.read(caller, channels, from, positions);
    AsyncContext context = request.getAsyncContext();
    context.setTimeout(0);
    StreamWire wire =
        new StreamWire(context, new StreamEncoder(cursors.writer(caller), !"false".equals(named)));
    Connection connection = connections.open(wire, ClientAddress.of(request));
    try {
      connect(connection, wire, caller, start, "true".equals(presence));
      announcements.opened(wire, sse);
      begin(context, wire, connection);
    } catch (RuntimeException e) {
      closed(wire, connection);
      throw e;
    }
  }

  private void closed(StreamWire wire, Connection connection) {
    announcements.closed(wire);
    connections.closed(connection);
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one == null || one.isEmpty() ? other : one;
  }

  private void connect(
      Connection connection, StreamWire wire, Caller caller, Start start, boolean presence) {
    opener.open(
        connection,
        caller,
        start,
        (connected, joined) -> {
          wire.begin(joined);
          connection
              .subscriber()
              .send(StreamEncoder.frame("connected", JsonWriter.push(connected)));
          joined.forEach(one -> connection.subscriber().replay(one.messages()));
          if (presence) {
            joined.stream()
                .map(Joined::channel)
                .filter(channel -> start.channels().containsKey(channel.name()))
                .forEach(connection.subscriber()::tellPresence);
          }
        },
        problem -> refuse(connection, problem));
  }

  /** The stream has begun, so the answer can only be an event; the browser then tries again. */
  private void refuse(Connection connection, CommandRejected problem) {
    metrics.error(problem.code());
    connection
        .subscriber()
        .send(StreamEncoder.frame("error", JsonWriter.push(ErrorReply.of(problem))));
    connection.subscriber().execute(() -> connection.close(CloseCode.SERVER_ERROR));
  }

  private void begin(AsyncContext context, StreamWire wire, Connection connection) {
    HttpServletResponse response = (HttpServletResponse) context.getResponse();
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("text/event-stream;charset=UTF-8");
    response.setHeader("Cache-Control", "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
    try {
      wire.start(settings.sseRetry, () -> closed(wire, connection));
    } catch (IOException e) {
      throw new UncheckedIOException("the stream cannot begin", e);
    }
  }
}
