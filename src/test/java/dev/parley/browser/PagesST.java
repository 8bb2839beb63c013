package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What people do on each of the pages, in a real browser against a real node. */
@TestInstance(Lifecycle.PER_CLASS)
class PagesST {

  private static final Path SCREENSHOTS = BuildOutput.target().resolve("screenshots");
  private static final int ALICE = 0;
  private static final int BOB = 1;

  private final NodeProcess.Builder parley = NodeProcess.named("pages");
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

  /** Fails when the page takes no changes into what it shows, or forgets to say what was read. */
  @Test
  void whatIsSaidCanBeReadAnsweredChangedAndTakenBack() {
    String room = newRoom();
    try (ChatWindow ana = open(room).signIn(ALICE);
        ChatWindow ben = open(room).signIn(BOB)) {
      ana.input().pressSequentially("Helo @bob");
      assertThat(ben.page().locator("#typing")).containsText("Alice");
      ana.input().press("Enter");
      ben.awaitMessages(1);
      assertThat(ben.page().locator(".message.named")).hasCount(1);
      assertThat(ana.page().locator("#messages .sent")).containsText("Read by Bob");

      act(ana, 0, "Edit").click();
      ana.input().fill("Hello @bob");
      ana.input().press("Enter");
      assertThat(message(ben, 0)).containsText("edited");
      assertThat(message(ben, 0).locator(".text")).hasText("Hello @bob");

      act(ben, 0, "React with 👍").click();
      assertThat(message(ana, 0).locator(".reaction")).hasText("👍 1");
      act(ben, 0, "Reply").click();
      ben.say("Good morning");
      assertThat(message(ana, 1).locator(".quote")).containsText("Alice: Hello @bob");

      act(ana, 0, "Take back").click();
      ana.page().locator("#retract-sure").click();
      assertThat(message(ben, 0).locator(".text")).hasText("This message was taken back.");
      assertThat(message(ben, 0).locator(".reaction")).hasCount(0);
      assertThat(ana.complaints()).isEmpty();
      assertThat(ben.complaints()).isEmpty();
    }
  }

  /** Fails when conversations are not asked for again behind a message of one that is not open. */
  @Test
  void aDirectConversationIsFoundByBothWithWhatIsUnread() {
    String room = newRoom();
    String text = "Psst " + UUID.randomUUID();
    try (ChatWindow ana = open(room).signIn(ALICE);
        ChatWindow ben = open(room).signIn(BOB)) {
      ana.page().locator("#here").getByLabel("Write to Bob").click();
      assertThat(ana.page().locator("#room-title")).hasText("Bob");
      ana.say(text);
      Locator entry = ben.page().locator("#direct-list .room", hasText("Alice"));
      assertThat(entry.locator(".unread")).containsText("unread");
      entry.click();
      assertThat(ben.page().locator("#messages .text", hasText(text))).hasCount(1);
      assertThat(entry.locator(".unread")).isHidden();
    }
  }

  /** Fails when drafts are kept in memory only. */
  @Test
  void whatWasBegunIsThereAfterAReloadAndWhatWasSaidIsFound() {
    String room = newRoom();
    try (ChatWindow ana = open(room).signIn(ALICE)) {
      ana.say("The needle");
      ana.say("Some hay");
      ana.awaitMessages(2);
      ana.input().fill("Not finished yet");
      ana.page().reload();
      ana.awaitConnected();
      assertThat(ana.input()).hasValue("Not finished yet");
      ana.awaitMessages(2);
      ana.page().locator("#search").fill("NEEDLE");
      ana.page().locator("#search").press("Enter");
      assertThat(ana.page().locator("#search-state")).hasText("1 hit in the last 2 messages");
      ana.page().locator(".hit").click();
      assertThat(message(ana, 0)).isFocused();
    }
  }

  /** Fails when the page that makes a room does not open it. */
  @Test
  void aRoomIsMadeAndJoined() {
    String name = "Releases " + UUID.randomUUID().toString().substring(0, 8);
    try (ChatWindow ana = open(newRoom()).signIn(ALICE);
        ChatWindow ben = open(newRoom()).signIn(BOB)) {
      ana.page().locator("#new-open").click();
      ana.page().getByLabel("Name of the room").fill(name);
      ana.page().locator("#create-form button").click();
      assertThat(ana.page().locator("#room-title")).hasText(name);
      ana.say("Welcome");
      ben.page().locator("#new-open").click();
      ben.page().locator("#existing .room", hasText(name)).click();
      assertThat(ben.page().locator("#room-title")).hasText(name);
      assertThat(ben.page().locator("#messages .text", hasText("Welcome"))).hasCount(1);
    }
  }

  /** Fails when the log takes no arrow keys, or the actions cannot have the focus. */
  @Test
  void theKeyboardAloneIsEnough() {
    String room = newRoom();
    try (ChatWindow ana = ChatWindow.open(chromium.browser(), node.uri(), room)) {
      assertThat(ana.page().locator("#user-list button").first()).isVisible();
      press(ana, "Tab", "Enter");
      ana.awaitConnected();
      assertThat(ana.input()).isFocused();
      ana.page().keyboard().type("By keyboard");
      press(ana, "Enter");
      ana.awaitMessages(1);
      press(ana, "Shift+Tab", "ArrowUp");
      assertThat(message(ana, 0)).isFocused();
      press(ana, "Enter", "Enter");
      assertThat(message(ana, 0).locator(".reaction")).hasText("👍 1");
      press(ana, "Escape", "Enter");
      assertThat(ana.page().locator(".action:focus")).hasCount(1);
      for (int times = 0; times < 5; times++) {
        press(ana, "ArrowRight");
      }
      press(ana, "Enter");
      assertThat(ana.input()).isFocused();
      assertThat(ana.input()).hasValue("By keyboard");
      press(ana, "Escape");
      assertThat(ana.input()).hasValue("");
    }
  }

  /** Fails when toasts are not shown, urgent ones are not first, or nothing is marked as read. */
  @Test
  void aNotificationIsShownReadAndRemoved() throws IOException {
    try (ChatWindow ben = open(newRoom()).signIn(BOB)) {
      Page page = ben.page();
      notify("bob", "Pressing " + node.uri().getPort(), true);
      assertThat(page.locator(".toast[data-urgent]")).containsText("Urgent: Pressing");
      assertThat(page.locator("#bell")).containsText("1 unread");
      notify("bob", "Later", false);
      assertThat(page.locator("#bell")).containsText("2 unread");
      page.locator(".nav-link", hasText("Notifications")).click();
      assertThat(page.locator("#count")).hasText("2 unread");
      assertThat(page.locator(".notification-title").first()).containsText("Pressing");
      page.locator(".notification").first().getByLabel("Mark as read").click();
      assertThat(page.locator("#count")).hasText("1 unread");
      assertThat(page.locator(".notification-title").first()).containsText("Later");
      page.locator(".segments label", hasText("Unread")).click();
      assertThat(page.locator(".notification")).hasCount(1);
      page.locator("#read-all").click();
      assertThat(page.locator("#nothing")).hasText("You have read everything.");
      page.locator("#clear").click();
      page.locator("#sure-clear").click();
      page.locator(".segments label", hasText("All")).click();
      assertThat(page.locator("#nothing")).hasText("There is nothing here.");
      assertThat(ben.complaints()).isEmpty();
    }
  }

  /** Fails when a transport that is blocked is said to work, or one that works to be blocked. */
  @Test
  void theDoctorSaysWhatTheNetworkLetsThrough() {
    try (ChatWindow ana = at("doctor.html", new NewContextOptions()).signIn(ALICE)) {
      ana.page().locator("#start").click();
      assertThat(ana.page().locator("#verdict")).containsText("Everything gets through", slowly());
      assertThat(ana.page().locator("[data-outcome=works]")).hasCount(5);
    }
    try (ChatWindow ana = at("doctor.html", new NewContextOptions())) {
      ana.page().routeWebSocket(Pattern.compile(".*"), socket -> socket.close());
      ana.page().reload();
      ana.signIn(ALICE);
      ana.page().locator("#start").click();
      assertThat(ana.page().locator("#verdict"))
          .containsText("WebSockets do not get through", slowly());
      assertThat(ana.page().locator("[data-outcome=works]")).hasCount(4);
      assertThat(ana.page().locator("#advice")).containsText("Upgrade");
    }
  }

  /** Fails when a page says what the bundle does not have, or does not turn round. */
  @Test
  void thePagesSpeakGermanAndReadFromTheRight() {
    NewContextOptions german = new NewContextOptions().setLocale("de-DE");
    for (String name : List.of("", "notifications.html", "doctor.html")) {
      try (ChatWindow ana = at(name, german)) {
        assertThat(ana.page().locator("#user-list")).isVisible();
        ana.page().locator("#user-list button").first().click();
        assertThat(ana.page().locator("#pill-state")).hasText("Verbunden");
        assertThat(ana.page().locator("html")).hasAttribute("lang", "de");
        ana.page().locator("#me").click();
        ana.page().getByLabel("Schreibrichtung").selectOption("rtl");
        assertThat(ana.page().locator("html")).hasAttribute("dir", "rtl");
        ana.page().locator("#me").click();
        ana.screenshot(SCREENSHOTS.resolve(shortName(name) + "-rtl-german.png"));
        assertThat(Axe.violations(ana.page())).isEmpty();
      }
    }
  }

  /** Fails with a colour that is too pale, a field without a label, or a page that is too wide. */
  @Test
  void noPageKeepsAnybodyOut() throws IOException {
    String room = newRoom();
    try (ChatWindow ana = open(room).signIn(ALICE);
        ChatWindow ben = open(room).signIn(BOB)) {
      ana.say("Good morning @bob! Is the release going out today?");
      ben.awaitMessages(1);
      act(ben, 0, "React with 👍").click();
      act(ben, 0, "Reply").click();
      ben.say("Yes, at eleven; the last tests are green.");
      ana.awaitMessages(2);
      ana.say("Then there is time for a coffee.");
      ben.awaitMessages(3);
    }
    notify("alice", "The build is broken", true);
    notify("alice", "Your report is ready", false);
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : new int[] {1280, 360}) {
        NewContextOptions options =
            new NewContextOptions().setColorScheme(scheme).setViewportSize(width, 800);
        String suffix = "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        for (String name : List.of("#room=" + room, "notifications.html", "doctor.html")) {
          look(name, suffix, options, width);
        }
      }
    }
  }

  private void look(String name, String suffix, NewContextOptions options, int width) {
    try (ChatWindow window = at(name, options)) {
      assertThat(window.page().locator("#user-list")).isVisible();
      assertThat(Axe.violations(window.page())).as("signing in").isEmpty();
      window.signIn(ALICE);
      String page = shortName(name);
      switch (page) {
        case "chat" -> {
          window.awaitMessages(3);
          message(window, 2).hover();
        }
        case "notifications" ->
            assertThat(window.page().locator("[data-urgent]")).not().hasCount(0);
        default -> {
          window.page().locator("#start").click();
          assertThat(window.page().locator("#result")).isVisible(visibly());
        }
      }
      window.screenshot(SCREENSHOTS.resolve("pages-" + page + suffix + ".png"));
      assertThat(Axe.violations(window.page())).as(page + suffix).isEmpty();
      assertThat(window.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
      window.page().locator("#me").click();
      assertThat(Axe.violations(window.page())).as("settings of " + page + suffix).isEmpty();
      window.screenshot(SCREENSHOTS.resolve("settings-" + page + suffix + ".png"));
      assertThat(window.complaints()).isEmpty();
    }
  }

  private static String shortName(String name) {
    return name.endsWith(".html") ? name.replace(".html", "") : "chat";
  }

  private static LocatorAssertions.IsVisibleOptions visibly() {
    return new LocatorAssertions.IsVisibleOptions().setTimeout(60_000);
  }

  private static LocatorAssertions.ContainsTextOptions slowly() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private static Locator message(ChatWindow window, int place) {
    return window.page().locator("#messages .message").nth(place);
  }

  /** A button of the bar that comes with the pointer. */
  private static Locator act(ChatWindow window, int place, String label) {
    message(window, place).locator(".bubble").hover();
    return message(window, place)
        .locator(".actions")
        .getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  private static void press(ChatWindow window, String... keys) {
    for (String key : keys) {
      window.page().keyboard().press(key);
    }
  }

  /** As Carol, who is allowed to. */
  private void notify(String user, String title, boolean urgent) throws IOException {
    try (ChatWindow carol = at("notifications.html", new NewContextOptions())) {
      ObjectMapper json = new ObjectMapper();
      String token =
          json.readTree(
                  carol
                      .page()
                      .request()
                      .post(
                          node.uri() + "api/v1/dev/token",
                          RequestOptions.create().setData(Map.of("user", "carol")))
                      .body())
              .required("token")
              .asText();
      int status =
          carol
              .page()
              .request()
              .post(
                  node.uri() + "api/v1/notifications",
                  RequestOptions.create()
                      .setHeader("Authorization", "Bearer " + token)
                      .setHeader("Idempotency-Key", UUID.randomUUID().toString())
                      .setData(
                          Map.of(
                              "users",
                              List.of(user),
                              "urgent",
                              urgent,
                              "data",
                              Map.of("title", title))))
              .status();
      assertThat(status).isEqualTo(201);
    }
  }

  private ChatWindow at(String name, NewContextOptions options) {
    return ChatWindow.at(chromium.browser(), node.uri().resolve(name), options);
  }

  private ChatWindow open(String room) {
    return ChatWindow.open(chromium.browser(), node.uri(), room);
  }

  private static String newRoom() {
    return "test-" + UUID.randomUUID().toString().substring(0, 8);
  }
}
