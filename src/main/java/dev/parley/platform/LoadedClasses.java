package dev.parley.platform;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Loads all classes of the application at its start. Payara Micro deletes the folder of a deployed
 * application as soon as the process is told to end, beside everything else that happens then: a
 * class that is needed for the first time in an orderly stop would not be found. Libraries are not
 * concerned, since an open archive stays readable.
 */
@WebListener
public class LoadedClasses implements ServletContextListener {
  private static final System.Logger LOG = System.getLogger(LoadedClasses.class.getName());

  private static final String ROOT = "/WEB-INF/classes/";
  private static final String OURS = ROOT + "dev/parley/";
  private static final String CLASS = ".class";

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext context = event.getServletContext();
    Deque<String> folders = new ArrayDeque<>(Set.of(OURS));
    int loaded = 0;
    for (String folder = folders.poll(); folder != null; folder = folders.poll()) {
      Set<String> paths = context.getResourcePaths(folder);
      for (String path : paths == null ? Set.<String>of() : paths) {
        if (path.endsWith("/")) {
          folders.add(path);
        } else if (path.endsWith(CLASS) && isLoaded(path, context.getClassLoader())) {
          loaded++;
        }
      }
    }
    LOG.log(Level.DEBUG, "{0} classes are loaded", loaded);
  }

  private static boolean isLoaded(String path, ClassLoader loader) {
    String name = path.substring(ROOT.length(), path.length() - CLASS.length()).replace('/', '.');
    try {
      // Not initialized: that can wait until somebody needs it.
      return Class.forName(name, false, loader).getClassLoader() != null;
    } catch (ClassNotFoundException | LinkageError e) {
      // It is for another server.
      LOG.log(Level.DEBUG, "{0} cannot be loaded here: {1}", name, e.toString());
      return false;
    }
  }
}
