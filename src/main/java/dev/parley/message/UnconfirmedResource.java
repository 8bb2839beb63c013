package dev.parley.message;

import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What the caller has to confirm, over HTTP: {@code /api/v1/confirmations}. */
@Path("/confirmations")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class UnconfirmedResource {
  @Inject ConfirmMessage confirm;

  /** What the caller is asked to confirm and has not, the oldest first. */
  @GET
  public String list(@Context HttpServletRequest request) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    List<MessagePush> messages = confirm.unconfirmed(caller);
    return JsonWriter.object(json -> JsonWriter.messages(json, messages));
  }
}
