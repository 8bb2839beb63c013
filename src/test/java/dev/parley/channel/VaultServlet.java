package dev.parley.channel;

import dev.parley.protocol.UserId;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Changes the rule, as an application's own code would; with {@code later}, when another node says
 * that there is something new.
 */
@WebServlet("/test/vault")
public class VaultServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient VaultRule rule;
  @Inject private transient Event<ChannelPolicyChanged> changed;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) {
    String user = request.getParameter("user");
    Verdict verdict = Verdict.valueOf(request.getParameter("verdict"));
    if (request.getParameter("later") == null) {
      rule.say(user, verdict);
      changed.fire(new ChannelPolicyChanged(null, new UserId(user)));
    } else {
      rule.sayThen(user, verdict);
    }
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
