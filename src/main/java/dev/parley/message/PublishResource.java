package dev.parley.message;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.RequestBody;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Many messages in one transaction: {@code /api/v1/publish}. */
@Path("/publish")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class PublishResource {
  /** Largest body in bytes: ten of the largest messages, or a hundred of 10 KiB. */
  private static final int MAX_BODY = 1 << 20;

  @Inject PublishAll publish;
  @Inject MessageSettings settings;
  @Inject BlockingCalls calls;

  /** Publishes all or none; 201 when something is stored, 200 when all keys had done it before. */
  @POST
  public void publish(
      @Suspended AsyncResponse response, @Context HttpServletRequest request, InputStream body) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    List<Publish> publishes = publishes(RequestBody.read(body, MAX_BODY));
    CompletionStage<?> unused =
        calls
            .call(() -> publish.handle(caller, publishes))
            .whenComplete(
                (published, failure) -> {
                  if (published == null) {
                    response.resume(failure);
                  } else {
                    response.resume(answer(published));
                  }
                });
  }

  private List<Publish> publishes(JsonObject body) {
    List<Publish> publishes = new ArrayList<>();
    for (JsonObject one : body.objects("messages", settings.publishMany)) {
      try {
        publishes.add(CommandReader.publish(one));
      } catch (CommandRejected e) {
        throw e.in(PublishAll.element(publishes.size()));
      }
    }
    return publishes;
  }

  private static Response answer(List<Published> published) {
    return Response.status(published.stream().allMatch(Published::duplicate) ? 200 : 201)
        .entity(JsonWriter.object(json -> write(json, published)))
        .build();
  }

  private static void write(JsonGenerator json, List<Published> published) throws IOException {
    json.writeArrayFieldStart("messages");
    for (Published one : published) {
      json.writeStartObject();
      json.writeStringField("channel", one.channel().value());
      JsonWriter.stored(json, one);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
