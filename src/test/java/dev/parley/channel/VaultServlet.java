package dev.parley.channel;

import dev.parley.protocol.UserId;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;

/**
 * Changes the rule, as an application's own code would; with {@code when=quietly} without saying
 * so, with {@code when=later} once another node says that there is something new.
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
    switch (Objects.requireNonNullElse(request.getParameter("when"), "now")) {
      case "later" -> rule.sayThen(user, verdict);
      case "quietly" -> rule.say(user, verdict);
      default -> {
        rule.say(user, verdict);
        changed.fire(new ChannelPolicyChanged(null, new UserId(user)));
      }
    }
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
