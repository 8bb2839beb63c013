package dev.parley.connection.sse;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** What an operator's own code would do. */
@WebServlet("/test/announce")
public class AnnouncingServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient Event<Announcement> announcements;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) {
    announcements.fire(new Announcement(request.getParameter("text")));
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
