package dev.parley.security;

import dev.parley.platform.Ids;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The page of errors that the server itself answers ({@code web.xml}), so that they have the same
 * form as Parley's own and show nothing of the server. The one that matters most is the refusal of
 * a bearer header by the server's MicroProfile JWT, which comes before any filter of an
 * application.
 */
@WebServlet(name = "problem", urlPatterns = "/problem")
public class ProblemServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final System.Logger LOG = System.getLogger(ProblemServlet.class.getName());

  @Inject transient Authenticator authenticator;
  @Inject transient Event<CredentialRefused> refused;
  @Inject transient ClientAddresses addresses;
  @Inject transient Ids ids;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object attribute = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    int status = attribute instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND;
    CommandRejected rejected = rejection(status, request);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    ProblemDocument.write(response, rejected, status);
  }

  private CommandRejected rejection(int status, HttpServletRequest request) {
    return switch (status) {
      case 401 -> unauthorized(request);
      case 403 -> CommandRejected.forbidden("this is not allowed");
      case 404 -> CommandRejected.notFound("there is nothing here");
      case 413 -> new CommandRejected(ErrorCode.TOO_LARGE, "the request is too large");
      case 503 -> CommandRejected.unavailable("the server cannot answer now", null);
      default ->
          status < 500
              ? CommandRejected.badRequest("the request cannot be answered")
              : internal(request.getAttribute(RequestDispatcher.ERROR_EXCEPTION));
    };
  }

  /** The server does not say why; asked again, the token does: most often it has expired. */
  private CommandRejected unauthorized(HttpServletRequest request) {
    CommandRejected reason =
        new CommandRejected(ErrorCode.UNAUTHORIZED, "token: is not accepted by this server");
    try {
      authenticator.headerCaller(request);
    } catch (CommandRejected e) {
      reason = e.code().httpStatus() == 401 ? e : reason;
    }
    refused.fire(new CredentialRefused(reason.code(), addresses.of(request).value()));
    return reason;
  }

  private CommandRejected internal(@Nullable Object cause) {
    String id = ids.random(9);
    LOG.log(Level.ERROR, "Error " + id, cause instanceof Throwable thrown ? thrown : null);
    return new CommandRejected(ErrorCode.INTERNAL, "the server has failed: error " + id);
  }
}
