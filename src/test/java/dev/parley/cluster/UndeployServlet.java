package dev.parley.cluster;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Has the server undeploy this application, by the same command that {@code asadmin undeploy} runs:
 * a Payara Micro has no door for it that a test could knock at. Answers at once; the application
 * goes afterwards. Laid over the WAR by tests with nodes of their own.
 */
@WebServlet("/test/undeploy")
public class UndeployServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Resource(lookup = "java:app/AppName")
  private String application;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) {
    String name = application;
    new Thread(() -> undeploy(name), "undeploy").start();
    response.setStatus(HttpServletResponse.SC_ACCEPTED);
  }

  /** By names, because these classes are the server's alone. */
  private static void undeploy(String application) {
    try {
      Class<?> runnerType = Class.forName("org.glassfish.embeddable.CommandRunner");
      Object runner =
          Class.forName("org.glassfish.internal.api.Globals")
              .getMethod("get", Class.class)
              .invoke(null, runnerType);
      Object result =
          runnerType
              .getMethod("run", String.class, String[].class)
              .invoke(runner, "undeploy", new String[] {application});
      System.out.println("Undeployed: " + result);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the application cannot be undeployed", e);
    }
  }
}
