package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** The first page, used by people in a real browser against a real node. */
@TestInstance(Lifecycle.PER_CLASS)
class ChatPageST {

  private static final List<Transport> TRANSPORTS =
      List.of(
          new Transport("WebSocket", "WebSocket"),
          new Transport("Server-sent events", "SSE"),
          new Transport("Long polling", "Long polling"),
          new Transport("Short polling", "Short polling"));

  /** A transport as it is written beside its radio button, and in the top bar. */
  private record Transport(String label, String shortName) {}

  private static final List<String> HOSTILE =
      List.of(
          "<img src=x onerror=alert(1)>",
          "<script>alert(2)</script>",
          "\"><svg onload=alert(3)>",
          "javascript:alert(4)",
          "{{constructor.constructor('alert(5)')()}}",
          "\u202Eright to left\u202C and back");

  /** Tries each way to bring in code or styles; says which of it had an effect. */
  private static final String INJECT =
      """
      async () => {
        window.effects = [];
        const effect = (what) => `window.effects.push('${what}')`;
        const add = (name, attributes, text = '') => {
          const element = document.createElement(name);
          for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
          element.append(text);
          document.body.append(element);
          return element;
        };
        const refusable = (act) => {
          try { act(); } catch { /* That is one way to refuse it. */ }
        };
        // What a debugger evaluates may evaluate too, but only until it waits.
        await new Promise((resolve) => setTimeout(resolve));
        refusable(() => (0, eval)(effect('eval')));
        refusable(() => add('script', {}, effect('script')));
        refusable(() => {
          const within = add('p', {});
          within.innerHTML = `<b onclick="${effect('HTML')}"></b>`;
          within.firstChild.click();
        });
        refusable(() => add('a', { href: `javascript:${effect('link')}` }).click());
        const image = add('img', {});
        refusable(() => image.setAttribute('onerror', effect('handler')));
        const failed = new Promise((resolve) => image.addEventListener('error', resolve));
        image.setAttribute('src', 'app/nothing.png');
        await failed;
        add('style', {}, 'body { outline: 7px solid red }');
        if (getComputedStyle(document.body).outlineWidth === '7px') window.effects.push('style');
        if (getComputedStyle(add('p', { style: 'width: 7px' })).width === '7px') window.effects.push('style attribute');
        return window.effects;
      }
      """;

  private Stage stage;

  @BeforeAll
  void open() {
    stage = Stage.open("browser");
  }

  @AfterAll
  void close() {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyMessageIsOnBothScreensOnceAndInOrderOverEveryTransportAndACrash() {
    String room = Stage.newRoom();
    List<String> said = new ArrayList<>();
    try (ChatWindow ana = stage.chat(room).signIn(0);
        ChatWindow ben = stage.chat(room).signIn(1)) {
      for (int turn = 0; turn < TRANSPORTS.size(); turn++) {
        Transport forAna = TRANSPORTS.get(turn);
        Transport forBen = TRANSPORTS.get((turn + 1) % TRANSPORTS.size());
        Talk.between(said, ana, ben, "before " + forAna.label());
        ana.choose(forAna.label());
        ben.choose(forBen.label());
        Talk.between(said, ana, ben, "during " + forAna.label());
        ana.awaitTransport(forAna.shortName());
        ben.awaitTransport(forBen.shortName());
      }
      ana.choose("Automatic");
      ben.choose("Server-sent events");
      ana.awaitTransport("WebSocket");
      ben.awaitTransport("SSE");
      Talk.between(said, ana, ben, "at the moment of the kill");
      stage.kill();
      ana.awaitDisconnected();
      ben.awaitDisconnected();
      Talk.between(said, ana, ben, "while the node is away");
      ana.screenshot(Stage.screenshot("no-connection"));
      stage.startAgain();
      ana.awaitConnected();
      ben.awaitConnected();
      Talk.between(said, ana, ben, "after the restart");
      ana.awaitMessages(said.size());
      ben.awaitMessages(said.size());
      Talk.assertComplete(said, ana, ben);
    }
  }

  @Test
  void oneWhoComesLaterSeesWhatWasSaidBefore() {
    String room = Stage.newRoom();
    List<String> said = new ArrayList<>();
    try (ChatWindow ana = stage.chat(room).signIn(0)) {
      IntStream.rangeClosed(1, 10).forEach(number -> Talk.say(said, ana, "Message " + number));
      ana.awaitMessages(10);
      try (ChatWindow ben = stage.chat(room).signIn(1)) {
        ben.awaitMessages(10);
        Talk.assertComplete(said, ana, ben);
      }
    }
  }

  /** K-03: what is written. Seen to fail when a text is set as HTML, without Trusted Types. */
  @Test
  void whatIsWrittenIsShownAsTextWhateverItIs() {
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room).signIn(0);
        ChatWindow ben = stage.chat(room).signIn(1)) {
      HOSTILE.forEach(ana::say);
      ben.awaitMessages(HOSTILE.size());
      assertThat(ben.texts()).isEqualTo(HOSTILE);
      assertThat(ben.complaints()).isEmpty();
      assertThat(ana.complaints()).isEmpty();
    }
  }

  /**
   * K-03: what people and rooms are called, wherever the page says it. Seen to fail when an
   * author's name is set as HTML, without Trusted Types.
   */
  @Test
  void whatPeopleAndRoomsAreCalledIsShownAsTextWhateverItIs() {
    String name = HOSTILE.get(0) + Stage.newRoom();
    try (ChatWindow ana = stage.window(new NewContextOptions().setViewportSize(1280, 860));
        ChatWindow ben = stage.chat(Stage.newRoom()).signIn(1)) {
      ana.calling("Alice", name).go(stage.node().uri()).signIn(0);
      assertThat(ana.page().locator("#me")).containsText(name);
      ana.page().locator("#new-open").click();
      ana.page().getByLabel("Name of the room").fill(name);
      ana.page().locator("#create-form button").click();
      assertThat(ana.page().locator("#room-title")).hasText(name);
      ana.say("@bob");
      ben.page().locator("#new-open").click();
      ben.page().locator("#existing .room", hasText(name)).click();
      assertThat(ben.page().locator("#room-title")).hasText(name);
      assertThat(ben.page().locator("#room-list .room", hasText(name))).hasCount(1);
      assertThat(ben.page().locator("#here").getByLabel("Write to " + name)).isVisible();
      assertThat(ben.message(0).locator(".author")).hasText(name);
      ana.input().pressSequentially("Typing");
      assertThat(ben.page().locator("#typing")).containsText(name);
      ben.act(0, "Reply").click();
      assertThat(ben.page().locator("#about-text")).containsText(name);
      ben.say("An answer");
      Locator answer = ben.page().locator("#messages .message", hasText("An answer"));
      assertThat(answer.locator(".quote")).containsText(name);
      assertThat(answer.locator(".sent")).containsText(name);
      assertThat(ben.page().locator("#messages .text", hasText("@bob"))).hasCount(1);
      ben.page().locator("#search").fill("@bob");
      ben.page().locator("#search").press("Enter");
      assertThat(ben.page().locator(".hit")).containsText(name);
      ben.page().locator("#here").getByLabel("Write to " + name).click();
      assertThat(ben.page().locator("#room-title")).hasText(name);
      assertThat(ben.complaints()).isEmpty();
      assertThat(ana.complaints()).isEmpty();
    }
  }

  /**
   * K-03: the content security policy, where code has come into a page all the same. Seen to fail,
   * by each of the seven ways, when the policy allows what is inline and asks for no Trusted Types.
   */
  @Test
  void codeThatHasComeIntoAPageIsNotRun() {
    for (String name : List.of("", "notifications.html", "dashboard.html", "doctor.html")) {
      try (ChatWindow ana = stage.at(name, new NewContextOptions()).signIn(0)) {
        assertThat(ana.page().evaluate(INJECT)).as(name).isEqualTo(List.of());
        assertThat(ana.complaints()).as(name).isNotEmpty().allMatch(each -> each.startsWith("CSP"));
      }
    }
  }

  @Test
  void whatCannotBeSentIsKeptAndCanBeTakenBack() {
    String tooLong = "x".repeat(150_000);
    try (ChatWindow ana = stage.chat(Stage.newRoom()).signIn(0)) {
      ana.say(tooLong);
      assertThat(ana.outgoing()).containsText("This message is too long.");
      ana.outgoing()
          .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Edit"))
          .click();
      assertThat(ana.input()).hasValue(tooLong);
      ana.say("short enough");
      ana.awaitMessages(1);
      assertThat(ana.texts()).containsExactly("short enough");
    }
  }

  /**
   * Seen to fail when the page keeps nothing, when it keeps nothing that has failed, and when what
   * was taken back stays kept.
   */
  @Test
  void whatIsNotAnsweredOrWasRefusedIsThereAfterAReloadAndSaidOnce() {
    String room = Stage.newRoom();
    String tooLong = "x".repeat(150_000);
    List<String> said = List.of("one", "two", "three");
    AtomicBoolean answered = new AtomicBoolean();
    try (ChatWindow ana = stage.window(new NewContextOptions().setViewportSize(1280, 860));
        ChatWindow ben = stage.chat(room).signIn(1)) {
      ana.page()
          .routeWebSocket(Pattern.compile(".*/ws$"), socket -> withoutAnswers(socket, answered));
      ana.go(stage.node().uri().resolve("#room=" + room)).signIn(0);
      ana.say(tooLong);
      assertThat(ana.outgoing()).containsText("This message is too long.");
      said.forEach(ana::say);
      ben.awaitMessages(1);
      assertThat(ana.outgoing()).hasCount(4);
      answered.set(true);
      ana.page().reload();
      ana.awaitConnected();
      ben.awaitMessages(3);
      assertThat(ben.texts()).isEqualTo(said);
      assertThat(ana.page().locator("#messages .text")).hasText(said.toArray(String[]::new));
      assertThat(ana.outgoing()).hasCount(1);
      assertThat(ana.outgoing()).containsText("This message is too long.");
      ana.outgoing().locator(".edit").click();
      assertThat(ana.input()).hasValue(tooLong);
      ana.input().fill("");
      ana.page().reload();
      ana.awaitConnected();
      ana.awaitMessages(3);
      assertThat(ana.complaints()).isEmpty();
    }
  }

  /** Messages get through to the server; that it has them does not come back. */
  private static void withoutAnswers(WebSocketRoute socket, AtomicBoolean answered) {
    WebSocketRoute server = socket.connectToServer();
    server.onMessage(
        frame -> {
          if (answered.get() || !frame.text().contains("\"published\"")) {
            socket.send(frame.text());
          }
        });
  }

  @Test
  void withoutDevelopmentModeATokenIsAskedForAndServes() {
    try (ChatWindow guest = stage.chat(Stage.newRoom())) {
      String user = guest.page().locator("#user-list button").first().getAttribute("data-user");
      String token = stage.token(user);
      guest
          .page()
          .route(
              "**/api/v1/dev/users",
              route -> route.fulfill(new Route.FulfillOptions().setStatus(404)));
      guest.page().reload();
      assertThat(guest.page().getByText("Development mode is off")).isVisible();
      guest.page().getByLabel("Access token").fill(token);
      guest.page().getByText("Continue").click();
      guest.awaitConnected();
      guest.say("By token");
      guest.awaitMessages(1);
    }
  }

  @Test
  void thePageFitsEveryScreenInBothThemes() {
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room).signIn(0);
        ChatWindow ben = stage.chat(room).signIn(1)) {
      ana.say("Good morning! Is the release going out today?");
      ben.awaitMessages(1);
      ben.say("Morning. Yes, at eleven; the last tests are green.");
      ana.awaitMessages(2);
      ana.say("Then I have time for a coffee.\nShall I bring you one?");
      ben.awaitMessages(3);
      ana.screenshot(Stage.screenshot("chat-light"));
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        showOn(room, scheme, 1280, 860);
        showOn(room, scheme, 360, 740);
      }
    }
  }

  private void showOn(String room, ColorScheme scheme, int width, int height) {
    NewContextOptions options =
        new NewContextOptions().setColorScheme(scheme).setViewportSize(width, height);
    String name = scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
    try (ChatWindow window = stage.at("#room=" + room, options)) {
      assertThat(window.page().locator("#user-list button").first()).isVisible();
      window.screenshot(Stage.screenshot("sign-in-" + name));
      window.signIn(1).awaitMessages(3);
      window.screenshot(Stage.screenshot("chat-" + name));
      assertThat(window.page().evaluate("document.documentElement.scrollWidth"))
          .as("width that the page takes on a screen of %s", width)
          .isEqualTo(width);
      assertThat(window.page().evaluate("document.documentElement.scrollHeight"))
          .as("height that the page takes on a screen of %s", height)
          .isEqualTo(height);
      if (width < 1040) {
        window.page().locator("#pill").click();
      }
      assertThat(window.page().locator("#panel")).isVisible();
      window.screenshot(Stage.screenshot("panel-" + name));
    }
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }
}
