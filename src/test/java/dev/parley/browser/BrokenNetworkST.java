package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.parley.testkit.FaultProxy;
import dev.parley.testkit.FaultProxy.Mode;
import dev.parley.testkit.Json;
import dev.parley.testkit.ReverseProxy;
import dev.parley.testkit.ReverseProxy.Kind;
import dev.parley.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What is on the screens when something between the people and the server goes wrong. */
@TestInstance(Lifecycle.PER_CLASS)
class BrokenNetworkST {

  private static final int TOKEN_SECONDS = 4;
  private static final int HOUR_MS = 3_600_000;

  /**
   * The client waits 8 s for an answer before it takes a connection for dead, after 25 of silence.
   */
  private static final double SOON_MS = 20_000;

  private Stage stage;

  @BeforeAll
  void open() {
    stage =
        Stage.open("network", node -> node.property("parley.connection.expiry-warning", "PT2S"));
  }

  @AfterAll
  void close() {
    if (stage != null) {
      stage.close();
    }
  }

  /**
   * Seen to fail when a client that comes back neither says where it stood nor reads what it
   * missed, and when the promise that writing can go on is on each page, or on none.
   */
  @Test
  void everyPageHasAllOfItOnceWhenTheNetworkWasCutAndIsBack() {
    String room = Stage.newRoom();
    String topic = Stage.newRoom();
    String title = Tokens.unique("Cut");
    List<String> said = new ArrayList<>();
    try (FaultProxy network = FaultProxy.before(stage.node().port());
        ChatWindow ana = stage.behind(network.port(), "#room=" + room).signIn(Stage.ALICE);
        ChatWindow inbox = stage.behind(network.port(), "notifications.html").signIn(Stage.BOB);
        ChatWindow board =
            stage.behind(network.port(), "dashboard.html#topics=" + topic).signIn(Stage.ALICE);
        ChatWindow ben = stage.chat(room).signIn(Stage.BOB)) {
      Talk.between(said, ana, ben, "before the cut");
      tell(topic, title, 0);
      assertThat(board.page().locator(".tile-value")).hasText("0", patiently());
      assertThat(inbox.page().locator(".notification", hasText(title))).hasCount(1);
      network.set(Mode.RESET);
      for (ChatWindow cut : List.of(ana, inbox, board)) {
        cut.awaitDisconnected();
        assertThat(cut.page().locator("#banner:has-text('Keep writing')"))
            .hasCount(cut == ana ? 1 : 0);
      }
      Talk.between(said, ana, ben, "during the cut");
      IntStream.rangeClosed(1, 4).forEach(number -> tell(topic, title, number));
      network.set(Mode.PASS);
      for (ChatWindow cut : List.of(ana, inbox, board)) {
        cut.awaitConnected();
      }
      tell(topic, title, 5);
      Talk.between(said, ana, ben, "after the cut");
      Talk.awaitComplete(said, ana, ben);
      Locator titles = inbox.page().locator(".notification-title", hasText(title));
      assertThat(titles).hasText(newestFirst(title + " ", 5), patiently());
      assertThat(board.page().locator(".tile-value")).hasText("5", patiently());
      board.page().locator(".tile-table summary").click();
      assertThat(board.page().locator("tbody td:last-child")).hasText(newestFirst("", 5));
    }
  }

  /**
   * What was acknowledged just before the end, and just after the new beginning, as well. Seen to
   * fail when a client that comes back does not say where it stood.
   */
  @Test
  void everyPageHasAllOfItOnceWhenTheServerWasKilledAndIsBack() {
    String topic = Stage.newRoom();
    String title = Tokens.unique("Killed");
    try (ChatWindow inbox = stage.at("notifications.html", usual()).signIn(Stage.BOB);
        ChatWindow board =
            stage.at("dashboard.html#topics=" + topic, usual()).signIn(Stage.ALICE)) {
      tell(topic, title, 0);
      assertThat(board.page().locator(".tile-value")).hasText("0", patiently());
      assertThat(inbox.page().locator(".notification", hasText(title))).hasCount(1);
      tell(topic, title, 1);
      stage.kill();
      inbox.awaitDisconnected();
      board.awaitDisconnected();
      stage.startAgain();
      tell(topic, title, 2);
      inbox.awaitConnected();
      board.awaitConnected();
      tell(topic, title, 3);
      Locator titles = inbox.page().locator(".notification-title", hasText(title));
      assertThat(titles).hasText(newestFirst(title + " ", 3), patiently());
      assertThat(board.page().locator(".tile-value")).hasText("3", patiently());
      board.page().locator(".tile-table summary").click();
      assertThat(board.page().locator("tbody td:last-child")).hasText(newestFirst("", 3));
    }
  }

  /**
   * Alice's proxy knows no WebSocket, Ben's holds streams back as well. Seen to fail when a
   * transport that comes to nothing is not left alone.
   */
  @Test
  void whoeverSitsBehindABadProxyTalksAllTheSame() {
    String room = Stage.newRoom();
    List<String> said = new ArrayList<>();
    try (ReverseProxy noSockets = withoutSockets().start();
        ReverseProxy holdsBack =
            withoutSockets()
                .replacing(
                    "proxy_buffering off;",
                    "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;")
                // Of HTTP/1.1 it would hand on each chunk when it is complete.
                .replacing("proxy_http_version 1.1;", "proxy_http_version 1.0;")
                .start();
        ChatWindow ana = stage.window(usual()).go(noSockets.url().http("#room=" + room));
        ChatWindow ben = stage.window(usual()).go(holdsBack.url().http("#room=" + room))) {
      ana.chooseUser(Stage.ALICE);
      ben.chooseUser(Stage.BOB);
      Talk.between(said, ana, ben, "before there is a connection");
      ana.awaitTransport("SSE");
      ben.awaitTransport("Long polling");
      Talk.between(said, ana, ben, "over what gets through");
      Talk.awaitComplete(said, ana, ben);
    }
  }

  private ReverseProxy.Builder withoutSockets() {
    return ReverseProxy.of(Kind.NGINX, stage.node(), stage.node())
        .replacing("proxy_set_header Upgrade $parley_upgrade;", "")
        .replacing(
            "proxy_set_header Connection $parley_connection;", "proxy_set_header Connection \"\";");
  }

  /**
   * Alice has a WebSocket, Ben a stream. Seen to fail when the client lets a token run out that the
   * server calls in.
   */
  @Test
  void aTokenThatEndsInTheMiddleInterruptsNobody() {
    String room = Stage.newRoom();
    List<String> said = new ArrayList<>();
    try (ChatWindow ana = withShortTokens(room).signIn(Stage.ALICE);
        ChatWindow ben = withShortTokens(room).signIn(Stage.BOB)) {
      ben.choose("Server-sent events");
      ben.awaitTransport("SSE");
      for (int token = 1; token <= 3; token++) {
        String when = "while token " + token + " ends";
        awaitNextToken(ana, () -> Talk.between(said, ana, ben, when));
        awaitNextToken(ben, () -> Talk.between(said, ana, ben, when + " at the other's"));
      }
      Talk.awaitComplete(said, ana, ben);
      assertThat(ana.happened()).as("all of it over one connection").hasSize(1);
      assertThat(ben.page().locator("#pill")).containsText("Connected · SSE");
    }
  }

  private ChatWindow withShortTokens(String room) {
    ChatWindow window = stage.window(usual());
    window
        .page()
        .route(
            "**/api/v1/dev/token",
            route -> {
              String user = Json.parse(route.request().postData()).get("user").asText();
              String body = Json.object("user", user, "expiresIn", TOKEN_SECONDS).toString();
              route.resume(new Route.ResumeOptions().setPostData(body));
            });
    return window.go(stage.node().uri().resolve("#room=" + room));
  }

  private static void awaitNextToken(ChatWindow window, Runnable meanwhile) {
    window.page().waitForResponse(answer -> answer.url().endsWith("dev/token"), meanwhile);
  }

  /** Seen to fail when silence is not measured by the clock, but counted in timers. */
  @Test
  void aLaptopThatHasSleptGoesOnWhereItStood() {
    String room = Stage.newRoom();
    List<String> said = new ArrayList<>();
    try (FaultProxy network = FaultProxy.before(stage.node().port());
        ChatWindow ana = stage.window(usual());
        ChatWindow ben = stage.chat(room).signIn(Stage.BOB)) {
      ana.page().clock().install();
      ana.go(stage.through(network.port(), "#room=" + room)).signIn(Stage.ALICE);
      Talk.between(said, ana, ben, "in the evening");
      Talk.awaitComplete(said, ana, ben);
      network.set(Mode.BLACK_HOLE);
      IntStream.rangeClosed(1, 3).forEach(n -> Talk.say(said, ben, "Ben, in the night, " + n));
      ben.awaitMessages(said.size());
      assertThat(ana.texts()).hasSize(said.size() - 3);
      ana.page().clock().fastForward(HOUR_MS);
      // Counted in timers, it would take the whole silence once more.
      assertThat(ana.page().locator("#pill")).containsText("Connecting", soon());
      ana.awaitDisconnected();
      network.dropAll();
      network.set(Mode.PASS);
      ana.awaitConnected();
      Talk.between(said, ana, ben, "in the morning");
      Talk.awaitComplete(said, ana, ben);
    }
  }

  /** A value, and a notification with the same number. */
  private void tell(String topic, String title, int number) {
    stage.value("topic:" + topic, number);
    stage.notify("bob", title + " " + number, false);
  }

  private static String[] newestFirst(String before, int last) {
    return IntStream.rangeClosed(0, last)
        .mapToObj(number -> before + (last - number))
        .toArray(String[]::new);
  }

  private static NewContextOptions usual() {
    return new NewContextOptions().setViewportSize(1280, 860);
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private static LocatorAssertions.ContainsTextOptions soon() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(SOON_MS);
  }

  private static LocatorAssertions.HasTextOptions patiently() {
    return new LocatorAssertions.HasTextOptions().setTimeout(ChatWindow.PATIENCE_MS);
  }
}
