package dev.parley.admin;

import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import jakarta.servlet.http.HttpServletRequest;

/** What every call below {@code /api/v1/admin} begins with. */
final class AdminCall {
  private AdminCall() {}

  /**
   * The operator who calls.
   *
   * @throws CommandRejected with {@code forbidden} for everybody else
   */
  static Caller of(HttpServletRequest request) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    if (!caller.has(Caller.ADMIN)) {
      throw CommandRejected.forbidden("this is for admins");
    }
    return caller;
  }
}
