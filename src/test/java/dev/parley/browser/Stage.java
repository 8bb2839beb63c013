package dev.parley.browser;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.parley.testkit.Api;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.Json;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node with the pages, and a browser for the people who use them: what a class of tests shares.
 *
 * <p>Threads: only the one that opened it, as with everything of Playwright.
 */
final class Stage implements AutoCloseable {

  /** The demo users, by their place in the list. */
  static final int ALICE = 0;

  static final int BOB = 1;

  /** May publish to topics and notify others. */
  static final int CAROL = 2;

  /** On a machine that does other work as well; what is there at once is not waited for. */
  private static final double PATIENCE_MS = 30_000;

  private static final String DEMO_ORG = "default";
  private static final Path SCREENSHOTS = BuildOutput.target().resolve("screenshots");

  private final NodeProcess.Builder description;
  private final Chromium chromium;
  private NodeProcess node;
  private @Nullable Api application;

  private Stage(NodeProcess.Builder description) {
    this.description = description;
    node = description.start();
    chromium = Chromium.launch();
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  /** Starts a node and a browser. The name is for people only. */
  static Stage open(String name) {
    return new Stage(NodeProcess.named(name));
  }

  /** The same, with a node that has settings of its own. */
  static Stage open(String name, Consumer<NodeProcess.Builder> settings) {
    NodeProcess.Builder description = NodeProcess.named(name);
    settings.accept(description);
    return new Stage(description);
  }

  NodeProcess node() {
    return node;
  }

  /** Ends the node at once, as a crash does; {@link #startAgain} brings it back with its data. */
  void kill() {
    node.close();
  }

  void startAgain() {
    node = description.start();
    application = null;
  }

  /** Somebody opens a room on a screen of usual size. */
  ChatWindow chat(String room) {
    return at("#room=" + room, new NewContextOptions().setViewportSize(1280, 860));
  }

  /** Somebody opens a page. */
  ChatWindow at(String page, NewContextOptions options) {
    return window(options).go(node.uri().resolve(page));
  }

  /** Somebody opens a page by way of what listens at that port. */
  ChatWindow behind(int port, String page) {
    return window(new NewContextOptions()).go(through(port, page));
  }

  /** A window that shows nothing yet, in a browser profile of its own. */
  ChatWindow window(NewContextOptions options) {
    return new ChatWindow(chromium.browser().newContext(options));
  }

  /** The address of a page by way of another port of this machine. */
  URI through(int port, String page) {
    return URI.create("http://127.0.0.1:" + port + "/parley/").resolve(page);
  }

  /** What a business application of the demo users' tenant may do, called Carol. */
  Api application() {
    if (application == null) {
      ServerUrl server = new ServerUrl(node.uri());
      application = new Api(server, new Tokens(server).publisher("carol", DEMO_ORG));
    }
    return application;
  }

  /** Notifies a demo user. */
  void notify(String user, String title, boolean urgent) {
    ObjectNode call =
        Json.object("users", List.of(user), "urgent", urgent, "data", Json.object("title", title));
    String key = Tokens.unique("key");
    application().post("api/v1/notifications", call.toString(), "Idempotency-Key", key).expect(201);
  }

  /** Publishes a number. */
  void value(String channel, double value) {
    application().publish(channel, Json.object("value", value)).expect(201);
  }

  /** A token of an ordinary demo user. */
  String token(String user) {
    return new Tokens(new ServerUrl(node.uri())).of(user, DEMO_ORG);
  }

  static String newRoom() {
    return Tokens.unique("test");
  }

  /** Where a picture of the run goes. */
  static Path screenshot(String name) {
    return SCREENSHOTS.resolve(name + ".png");
  }

  @Override
  public void close() {
    chromium.close();
    node.close();
  }
}
