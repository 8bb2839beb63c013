package dev.parley.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import dev.parley.testkit.NodeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Chromium without a window: the system's when there is one, otherwise Playwright's own download.
 *
 * <p>Threads: only the one that launched it, as with everything of Playwright.
 */
final class Chromium implements AutoCloseable {

  private static final List<Path> INSTALLED =
      List.of(
          Path.of("/usr/bin/chromium"),
          Path.of("/usr/bin/chromium-browser"),
          Path.of("/usr/bin/google-chrome"),
          Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));

  /** It must run as root in a container, and speak to nobody but the node under test. */
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  static Chromium launch() {
    System.setProperty("playwright.cli.dir", NodeRuntime.driver().toString());
    Optional<Path> installed = INSTALLED.stream().filter(Files::isExecutable).findFirst();
    if (installed.isEmpty()) {
      download();
    }
    LaunchOptions options = new LaunchOptions().setHeadless(true).setArgs(FLAGS);
    installed.ifPresent(options::setExecutablePath);
    Playwright playwright = Playwright.create();
    return new Chromium(playwright, playwright.chromium().launch(options));
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }

  private static void download() {
    NodeRuntime.Outcome outcome =
        NodeRuntime.run(
            NodeRuntime.driver(), List.of("package/cli.js", "install", "--only-shell", "chromium"));
    if (outcome.exitCode() != 0) {
      throw new IllegalStateException(
          "There is no Chromium here and it cannot be downloaded:\n" + outcome.output());
    }
  }
}
