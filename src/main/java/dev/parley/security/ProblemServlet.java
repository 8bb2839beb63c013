package dev.parley.security;

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

/**
 * The page of errors that the server itself answers ({@code web.xml}). The one that matters is the
 * refusal of a bearer header by the server's MicroProfile JWT, which comes before any filter of an
 * application.
 */
@WebServlet(name = "problem", urlPatterns = ProblemServlet.PATH)
public class ProblemServlet extends HttpServlet {
  static final String PATH = "/problem";

  private static final long serialVersionUID = 1L;

  @Inject transient Event<CredentialRefused> refused;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    CommandRejected rejected = rejection(status instanceof Integer code ? code : 404);
    if (rejected.code() == ErrorCode.UNAUTHORIZED) {
      refused.fire(new CredentialRefused(rejected.code()));
    }
    ProblemDocument.write(response, rejected);
  }

  private static CommandRejected rejection(int status) {
    return switch (status) {
      case 400 -> CommandRejected.badRequest("the request cannot be understood");
      case 401 -> new CommandRejected(ErrorCode.UNAUTHORIZED, "token: is not valid here");
      case 403 -> CommandRejected.forbidden("this is not allowed");
      case 413 -> new CommandRejected(ErrorCode.TOO_LARGE, "the request is too large");
      case 503 -> CommandRejected.unavailable("the server cannot answer now", null);
      case 500 -> new CommandRejected(ErrorCode.INTERNAL, "the server has failed");
      default -> CommandRejected.notFound("there is nothing here");
    };
  }
}
