package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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

  private static final Path SCREENSHOTS = BuildOutput.target().resolve("screenshots");

  private static final List<Transport> TRANSPORTS =
      List.of(
          new Transport("WebSocket", "WebSocket"),
          new Transport("Server-sent events", "SSE"),
          new Transport("Long polling", "Long polling"),
          new Transport("Short polling", "Short polling"));

  /** A transport as it is written beside its radio button, and in the top bar. */
  private record Transport(String label, String shortName) {}

  private final NodeProcess.Builder parley = NodeProcess.named("browser");
  private NodeProcess node;
  private Chromium chromium;

  @BeforeAll
  void startNodeAndBrowser() {
    node = parley.start();
    chromium = Chromium.launch();
  }

  @AfterAll
  void stopNodeAndBrowser() {
    if (chromium != null) {
      chromium.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyMessageIsOnBothScreensOnceAndInOrderOverEveryTransportAndARestart() {
    String room = newRoom();
    List<String> said = new ArrayList<>();
    try (ChatWindow ana = open(room).signIn(0);
        ChatWindow ben = open(room).signIn(1)) {
      for (int turn = 0; turn < TRANSPORTS.size(); turn++) {
        Transport forAna = TRANSPORTS.get(turn);
        Transport forBen = TRANSPORTS.get((turn + 1) % TRANSPORTS.size());
        talk(said, ana, ben, "before " + forAna.label());
        ana.choose(forAna.label());
        ben.choose(forBen.label());
        talk(said, ana, ben, "during " + forAna.label());
        ana.awaitTransport(forAna.shortName());
        ben.awaitTransport(forBen.shortName());
      }
      ana.choose("Automatic");
      ben.choose("Server-sent events");
      ana.awaitTransport("WebSocket");
      ben.awaitTransport("SSE");
      talk(said, ana, ben, "at the moment of the stop");
      node.stop();
      ana.awaitDisconnected();
      ben.awaitDisconnected();
      talk(said, ana, ben, "while the node is away");
      ana.screenshot(SCREENSHOTS.resolve("no-connection.png"));
      node.close();
      node = parley.start();
      ana.awaitConnected();
      ben.awaitConnected();
      talk(said, ana, ben, "after the restart");
      ana.awaitMessages(said.size());
      ben.awaitMessages(said.size());
      assertComplete(said, ana, ben);
    }
  }

  @Test
  void oneWhoComesLaterSeesWhatWasSaidBefore() {
    String room = newRoom();
    List<String> said = new ArrayList<>();
    try (ChatWindow ana = open(room).signIn(0)) {
      IntStream.rangeClosed(1, 10).forEach(number -> say(said, ana, "Message " + number));
      ana.awaitMessages(10);
      try (ChatWindow ben = open(room).signIn(1)) {
        ben.awaitMessages(10);
        assertComplete(said, ana, ben);
      }
    }
  }

  @Test
  void whatIsWrittenIsShownAsTextWhateverItIs() {
    String room = newRoom();
    List<String> payloads =
        List.of(
            "<img src=x onerror=alert(1)>",
            "<script>alert(2)</script>",
            "\"><svg onload=alert(3)>",
            "javascript:alert(4)",
            "{{constructor.constructor('alert(5)')()}}",
            "\u202Eright to left\u202C and back");
    try (ChatWindow ana = open(room).signIn(0);
        ChatWindow ben = open(room).signIn(1)) {
      payloads.forEach(ana::say);
      ben.awaitMessages(payloads.size());
      assertThat(ben.texts()).isEqualTo(payloads);
      assertThat(ben.complaints()).isEmpty();
      assertThat(ana.complaints()).isEmpty();
    }
  }

  @Test
  void whatCannotBeSentIsKeptAndCanBeTakenBack() {
    String tooLong = "x".repeat(150_000);
    try (ChatWindow ana = open(newRoom()).signIn(0)) {
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

  @Test
  void withoutDevelopmentModeATokenIsAskedForAndServes() throws IOException {
    try (ChatWindow guest = ChatWindow.open(chromium.browser(), node.uri(), newRoom())) {
      String user = guest.page().locator("#user-list button").first().getAttribute("data-user");
      String token = tokenOf(guest, user);
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
    String room = newRoom();
    try (ChatWindow ana = open(room).signIn(0);
        ChatWindow ben = open(room).signIn(1)) {
      ana.say("Good morning! Is the release going out today?");
      ben.awaitMessages(1);
      ben.say("Morning. Yes, at eleven; the last tests are green.");
      ana.awaitMessages(2);
      ana.say("Then I have time for a coffee.\nShall I bring you one?");
      ben.awaitMessages(3);
      ana.screenshot(SCREENSHOTS.resolve("chat-light.png"));
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
    try (ChatWindow window = ChatWindow.open(chromium.browser(), node.uri(), room, options)) {
      assertThat(window.page().locator("#user-list button").first()).isVisible();
      window.screenshot(SCREENSHOTS.resolve("sign-in-" + name + ".png"));
      window.signIn(1).awaitMessages(3);
      window.screenshot(SCREENSHOTS.resolve("chat-" + name + ".png"));
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
      window.screenshot(SCREENSHOTS.resolve("panel-" + name + ".png"));
    }
  }

  /** Both say something several times, without waiting for one another. */
  private static void talk(List<String> said, ChatWindow ana, ChatWindow ben, String when) {
    for (int number = 1; number <= 3; number++) {
      say(said, ana, "Ana, " + when + ", " + number);
      say(said, ben, "Ben, " + when + ", " + number);
    }
  }

  private static void say(List<String> said, ChatWindow window, String text) {
    said.add(text);
    window.say(text);
  }

  private static void assertComplete(List<String> said, ChatWindow... windows) {
    List<String> first = windows[0].messages();
    assertThat(windows[0].texts()).containsExactlyInAnyOrderElementsOf(said);
    assertThat(offsets(first)).isEqualTo(IntStream.rangeClosed(1, said.size()).boxed().toList());
    for (ChatWindow window : windows) {
      assertThat(window.messages()).isEqualTo(first);
      assertThat(window.verdict()).isEqualTo("Complete and in order");
      assertThat(window.count("acknowledged")).isEqualTo(window.count("sent"));
      assertThat(window.complaints()).isEmpty();
    }
    for (String person : List.of("Ana,", "Ben,")) {
      assertThat(windows[0].texts().stream().filter(text -> text.startsWith(person)).toList())
          .isEqualTo(said.stream().filter(text -> text.startsWith(person)).toList());
    }
  }

  private static List<Integer> offsets(List<String> messages) {
    return messages.stream().map(line -> Integer.valueOf(line.split(" ", 2)[0])).toList();
  }

  private String tokenOf(ChatWindow window, String user) throws IOException {
    APIResponse answer =
        window
            .page()
            .request()
            .post(
                node.uri() + "api/v1/dev/token",
                RequestOptions.create().setData(Map.of("user", user)));
    return new ObjectMapper().readTree(answer.body()).required("token").asText();
  }

  private ChatWindow open(String room) {
    return ChatWindow.open(chromium.browser(), node.uri(), room);
  }

  private static String newRoom() {
    return "test-" + UUID.randomUUID().toString().substring(0, 8);
  }
}
