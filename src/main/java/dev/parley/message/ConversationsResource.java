package dev.parley.message;

import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** The caller's conversations over HTTP: {@code /api/v1/conversations}. */
@Path("/conversations")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ConversationsResource {
  @Inject ListConversations conversations;

  /** A page of them, those that were active last first. */
  @GET
  public String list(
      @Context HttpServletRequest request,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limit) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    return conversations.handle(caller, cursor == null ? "" : cursor, PageLimit.of(limit));
  }
}
