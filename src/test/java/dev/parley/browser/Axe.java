package dev.parley.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Looks for what keeps people with disabilities from using a page, with axe-core. */
final class Axe {

  private static final String RUN =
      "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
          + ".flatMap(({id, nodes}) => nodes.map(({html, any, all}) =>"
          + " `${id}: ${html} ${[...any, ...all].map(({message}) => message).join('; ')}`))";

  private Axe() {}

  /**
   * Every violation of every rule, each with the element that it is about; none when all is well.
   */
  @SuppressWarnings("unchecked")
  static List<String> violations(Page page) {
    page.evaluate(source());
    return (List<String>) page.evaluate(RUN);
  }

  private static String source() {
    try (InputStream stream = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(stream, "axe-core").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
