package dev.parley.connection;

import dev.parley.message.Failures;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.ProblemDocument;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Turns whatever a resource throws into a problem document with the code of the error table. What
 * JAX-RS itself refuses (a path, a method, a media type) keeps its status.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
  @Inject Failures failures;
  @Inject ConnectionMetrics metrics;

  @Override
  public Response toResponse(Throwable failure) {
    if (failure instanceof WebApplicationException refused) {
      return ofStatus(refused.getResponse().getStatus());
    }
    CommandRejected rejected = failures.toRejection(failure);
    metrics.error(rejected.code());
    return ProblemDocument.response(rejected);
  }

  private Response ofStatus(int status) {
    ErrorCode code =
        switch (status) {
          case 401 -> ErrorCode.UNAUTHORIZED;
          case 403 -> ErrorCode.FORBIDDEN;
          case 404 -> ErrorCode.NOT_FOUND;
          case 413 -> ErrorCode.TOO_LARGE;
          default -> status < 500 ? ErrorCode.BAD_REQUEST : ErrorCode.INTERNAL;
        };
    metrics.error(code);
    String text =
        switch (status) {
          case 404 -> "there is nothing at this path";
          case 405 -> "the method is not allowed here";
          case 406 -> "the answer has another media type";
          case 415 -> "the media type must be application/json";
          default -> "the request was refused";
        };
    return Response.fromResponse(ProblemDocument.response(new CommandRejected(code, text)))
        .status(status)
        .build();
  }
}
