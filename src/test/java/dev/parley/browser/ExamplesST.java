package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.parley.testkit.NodeProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Each example does what it is there to show, in a real browser against a real node. */
@TestInstance(Lifecycle.PER_CLASS)
class ExamplesST {
  private static final double PATIENCE_MS = 60_000;
  private static final double USUAL_MS = 5_000;

  /** What would run if a page took a text for HTML. */
  private static final String HTML = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>";

  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final NodeProcess.Builder parley = NodeProcess.named("examples");
  private NodeProcess node;
  private ExampleServer examples;
  private Chromium chromium;

  @BeforeAll
  void startAll() throws IOException {
    node = parley.start();
    examples = ExampleServer.start(node.uri());
    chromium = Chromium.launch();
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  @AfterAll
  void stopAll() {
    PlaywrightAssertions.setDefaultAssertionTimeout(USUAL_MS);
    if (chromium != null) {
      chromium.close();
    }
    if (examples != null) {
      examples.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @AfterEach
  void closePages() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    assertThat(complaints).isEmpty();
  }

  /** Seen to fail when a text is set as HTML, and when the history is not read. */
  @Test
  void chat() {
    String room = UUID.randomUUID().toString();
    Page ana = open("chat", "alice", room);
    Page ben = open("chat", "bob", room);
    assertThat(ana.locator("#state")).hasText("connected over websocket");
    assertThat(ben.locator("#state")).hasText("connected over websocket");
    say(ben, HTML);
    assertThat(ana.locator("#messages li")).hasText("Bob: " + HTML);
    say(ana, "Hello");
    assertThat(ben.locator("#messages li")).hasText(new String[] {"Bob: " + HTML, "Alice: Hello"});
    ben.getByLabel("Message").pressSequentially("Hel");
    assertThat(ana.locator("#typing")).hasText("Bob is typing");
    assertThat(open("chat", "carol", room).locator("#messages li")).hasCount(2);
    assertThat(ana).hasTitle("Chat");
  }

  /** Seen to fail when the application's server does not notify. */
  @Test
  void notifications() {
    Page desk = open("notifications", "dave", "");
    Page phone = open("notifications", "dave", "");
    assertThat(desk.locator("#unread")).hasText("0 unread");
    assertThat(phone.locator("#unread")).hasText("0 unread");
    button(desk, "Complete an order").click();
    assertThat(desk.locator("#unread")).hasText("1 unread");
    assertThat(phone.locator("#unread")).hasText("1 unread");
    assertThat(phone.locator("#list li")).containsText("● order-completed");
    assertThat(phone).hasTitle("New: order-completed");
    button(phone, "Mark as read").click();
    assertThat(desk.locator("#unread")).hasText("0 unread");
    assertThat(button(desk, "Mark as unread")).hasCount(1);
  }

  /** Seen to fail when the last values are not asked for. */
  @Test
  void dashboard() {
    String topic = "&topic=" + UUID.randomUUID();
    Page first = openAt("dashboard.html?user=alice" + topic);
    assertThat(first.locator("#state")).hasText("Live");
    button(first, "Measure").click();
    assertThat(first.locator("meter")).hasCount(3);
    Page second = openAt("dashboard.html?user=bob" + topic);
    assertThat(second.locator("meter")).hasCount(3);
    assertThat(sorted(second.locator("dt"))).isEqualTo(sorted(first.locator("dt")));
  }

  /** Seen to fail when a change is not shown. */
  @Test
  void presence() {
    String room = UUID.randomUUID().toString();
    Page ana = open("presence", "alice", room);
    assertThat(ana.locator("#people li")).hasText("Alice, online");
    Page ben = open("presence", "bob", room);
    assertThat(ana.locator("#people li")).hasCount(2);
    assertThat(ana.locator("#news")).hasText("Bob has come");
    ben.locator("select").selectOption("busy");
    assertThat(ana.locator("#people li", new Page.LocatorOptions().setHasText("Bob")))
        .hasText("Bob, busy");
    ben.context().close();
    assertThat(ana.locator("#news")).hasText("Bob has gone");
    assertThat(ana.locator("#people li")).hasText("Alice, online");
  }

  /** Seen to fail when the page may use other transports too. */
  @Test
  void pollingOnly() {
    String room = UUID.randomUUID().toString();
    List<String> others = new ArrayList<>();
    Page ana = open("polling", "alice", room);
    ana.onWebSocket(socket -> others.add(socket.url()));
    ana.onRequest(
        request -> {
          if (request.url().contains("/stream")) {
            others.add(request.url());
          }
        });
    ana.reload();
    Page ben = open("polling", "bob", room);
    assertThat(ana.locator("#state")).hasText("connected over long-polling");
    assertThat(ben.locator("#state")).hasText("connected over long-polling");
    assertThat(ana.locator("#unread")).containsText("unread notifications");
    say(ben, HTML);
    say(ana, "Hello");
    assertThat(ana.locator("#messages li")).hasCount(2);
    assertThat(ana.locator("#messages")).containsText("Bob: " + HTML);
    assertThat(ben.locator("#messages")).containsText("Alice: Hello");
    assertThat(others).isEmpty();
  }

  /** Seen to fail when a hook does not tell its component of what is new. */
  @Test
  void react() {
    String room = UUID.randomUUID().toString();
    Page ana = open("react", "alice", room);
    Page ben = open("react", "bob", room);
    assertThat(ana.locator("#state")).containsText("connected over websocket");
    assertThat(ana.locator("#people")).containsText("Bob");
    say(ben, HTML);
    assertThat(ana.locator("#messages li")).hasText("Bob: " + HTML);
    assertThat(ben.getByLabel("Message")).hasValue("");
  }

  private Page open(String example, String user, String room) {
    return openAt(example + ".html?user=" + user + "&room=" + room);
  }

  private Page openAt(String address) {
    BrowserContext context = chromium.browser().newContext();
    contexts.add(context);
    ReactModules.serveTo(context);
    Page page = context.newPage();
    page.onPageError(complaints::add);
    page.navigate(examples.uri().resolve(address).toString());
    return page;
  }

  private static void say(Page page, String text) {
    page.getByLabel("Message").fill(text);
    page.getByLabel("Message").press("Enter");
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static List<String> sorted(Locator all) {
    return all.allTextContents().stream().sorted().toList();
  }
}
