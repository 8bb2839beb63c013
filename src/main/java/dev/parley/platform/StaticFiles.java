package dev.parley.platform;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the pages and the client's modules, so that a browser sees a new release with the next
 * load and pays a 304 for what has not changed.
 *
 * <p>The server's own way does neither: it sends no {@code Cache-Control}, so a browser keeps using
 * what it has for as long as it thinks fit; its tag is made of length and time, and in a
 * reproducible build all files of all releases have the same time. It does not compress either.
 *
 * <p>Files are read once. What is kept is bounded by what is in the WAR. Threads: any.
 */
@WebFilter(
    filterName = "static-files",
    urlPatterns = {"*.html", "*.js", "*.ts", "*.css", "*.svg"},
    asyncSupported = true)
public class StaticFiles extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "ts", "application/typescript;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "svg", "image/svg+xml");

  /**
   * Names that the pages use, each spelt in one way only, so that each is kept once; with anything
   * else the server may do as it likes.
   */
  private static final Pattern PUBLIC =
      Pattern.compile("(?!/(WEB|META)-INF)(/[a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*)+");

  private final transient Map<String, StaticFile> files = new ConcurrentHashMap<>();

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    StaticFile file = isRead(request.getMethod()) ? find(pathOf(request)) : null;
    if (file == null) {
      chain.doFilter(request, response);
    } else {
      file.answer(request, response);
    }
  }

  private static boolean isRead(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  private static String pathOf(HttpServletRequest request) {
    String below = request.getPathInfo();
    return below == null ? request.getServletPath() : request.getServletPath() + below;
  }

  /** A path below the API may end like a file's; there is no such file. */
  private @Nullable StaticFile find(String path) {
    return PUBLIC.matcher(path).matches() ? files.computeIfAbsent(path, this::read) : null;
  }

  private @Nullable StaticFile read(String path) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    try (InputStream in = getServletContext().getResourceAsStream(path)) {
      return in == null || type == null ? null : new StaticFile(type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be read", e);
    }
  }
}
