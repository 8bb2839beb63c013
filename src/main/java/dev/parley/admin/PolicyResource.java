package dev.parley.admin;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Decision;
import dev.parley.connection.Connections;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.Operation;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says whether somebody may do something, and by which rule: {@code GET
 * /api/v1/admin/policy/explain}, for admins, about their own tenant.
 */
@Path("/admin/policy/explain")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class PolicyResource {
  private static final int MAX_ROLES = 32;

  @Inject ChannelPolicy policy;
  @Inject Connections connections;

  /**
   * What the policy would decide, with nothing done. Roles and grants are in tokens, which are not
   * kept: they are those of a connection of the user to this node, unless {@code roles} says
   * others; without either the user has none.
   */
  @GET
  public Response explain(
      @Context HttpServletRequest request,
      @QueryParam("user") @Nullable String user,
      @QueryParam("channel") @Nullable String channel,
      @QueryParam("operation") @Nullable String operation,
      @QueryParam("roles") @Nullable String roles) {
    OrgId org = AdminCall.of(request).org();
    UserId asked = new UserId(given("user", user));
    ChannelName name = new ChannelName(given("channel", channel));
    Operation what = Operation.of(given("operation", operation), "operation");
    Caller connected = roles == null ? connections.callerOf(org, asked) : null;
    Caller caller =
        connected == null
            ? new Caller(asked, asked.value(), org, roles(roles), Instant.MAX, "")
            : connected;
    Decision decision = policy.explain(caller, name, what);
    String basis = connected != null ? "connection" : roles == null ? "none" : "roles";
    return Response.ok(answer(caller, name, what, decision, basis))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private static String given(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw CommandRejected.badRequest(field + ": is missing");
    }
    return value;
  }

  private static Set<String> roles(@Nullable String list) {
    Set<String> roles = new TreeSet<>();
    if (list != null) {
      Arrays.stream(list.split(",", -1))
          .map(String::trim)
          .filter(role -> !role.isEmpty())
          .forEach(roles::add);
    }
    if (roles.size() > MAX_ROLES) {
      throw CommandRejected.badRequest("roles: at most " + MAX_ROLES);
    }
    return roles;
  }

  private static String answer(
      Caller caller, ChannelName name, Operation operation, Decision decision, String basis) {
    return JsonWriter.object(
        out -> {
          out.writeStringField("user", caller.user().value());
          out.writeStringField("channel", name.value());
          out.writeStringField("operation", operation.word());
          out.writeBooleanField("allowed", decision.allowed());
          out.writeStringField("rule", decision.rule());
          if (decision.refusal() != null) {
            out.writeStringField("code", decision.refusal().code());
          }
          out.writeStringField("basis", basis);
          out.writeArrayFieldStart("roles");
          for (String role : new TreeSet<>(caller.roles())) {
            out.writeString(role);
          }
          out.writeEndArray();
        });
  }
}
