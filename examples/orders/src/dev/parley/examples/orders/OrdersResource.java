package dev.parley.examples.orders;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;

/** {@code POST /orders/api/orders/{id}?customer=…&fails=…}. */
@Path("/orders/{id}")
@ApplicationScoped
public class OrdersResource {
  @Inject CompleteOrder complete;

  /** Completes an order; 204 when that is committed, 409 when it was rolled back. */
  @POST
  public Response complete(
      @PathParam("id") String id,
      @QueryParam("customer") String customer,
      @QueryParam("fails") boolean fails)
      throws SQLException {
    try {
      complete.handle(id, customer, fails);
      return Response.noContent().build();
    } catch (IllegalStateException e) {
      return Response.status(Response.Status.CONFLICT).build();
    }
  }
}
