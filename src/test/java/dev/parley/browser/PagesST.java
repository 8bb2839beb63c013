package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What people do on the pages around the chat, in a real browser against a real node. */
@TestInstance(Lifecycle.PER_CLASS)
class PagesST {

  private Stage stage;

  @BeforeAll
  void open() {
    stage = Stage.open("pages");
  }

  @AfterAll
  void close() {
    if (stage != null) {
      stage.close();
    }
  }

  /** Seen to fail when the log takes no arrow keys, and when the actions cannot have the focus. */
  @Test
  void theKeyboardAloneIsEnough() {
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room)) {
      assertThat(ana.page().locator("#user-list button").first()).isVisible();
      ana.press("Tab", "Enter");
      ana.awaitConnected();
      assertThat(ana.input()).isFocused();
      ana.page().keyboard().type("By keyboard");
      ana.press("Enter");
      ana.awaitMessages(1);
      ana.press("Shift+Tab", "ArrowUp");
      assertThat(ana.message(0)).isFocused();
      ana.press("Enter", "Enter");
      assertThat(ana.message(0).locator(".reaction")).hasText("👍 1");
      ana.press("Escape", "Enter");
      assertThat(ana.page().locator(".action:focus")).hasCount(1);
      for (int times = 0; times < 5; times++) {
        ana.press("ArrowRight");
      }
      ana.press("Enter");
      assertThat(ana.input()).isFocused();
      assertThat(ana.input()).hasValue("By keyboard");
      ana.press("Escape");
      assertThat(ana.input()).hasValue("");
    }
  }

  /** Fails when toasts are not shown, urgent ones are not first, or nothing is marked as read. */
  @Test
  void aNotificationIsShownReadAndRemoved() {
    try (ChatWindow ben = stage.chat(Stage.newRoom()).signIn(Stage.BOB)) {
      Page page = ben.page();
      stage.notify("bob", "Pressing " + Stage.newRoom(), true);
      assertThat(page.locator(".toast[data-urgent]")).containsText("Urgent: Pressing");
      assertThat(page.locator("#bell")).containsText("1 unread");
      stage.notify("bob", "Later", false);
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
    try (ChatWindow ana = stage.at("doctor.html", new NewContextOptions()).signIn(Stage.ALICE)) {
      ana.page().locator("#start").click();
      assertThat(ana.page().locator("#verdict")).containsText("Everything gets through", slowly());
      assertThat(ana.page().locator("[data-outcome=works]")).hasCount(5);
    }
    try (ChatWindow ana = stage.at("doctor.html", new NewContextOptions())) {
      ana.page().routeWebSocket(Pattern.compile(".*"), socket -> socket.close());
      ana.page().reload();
      ana.signIn(Stage.ALICE);
      ana.page().locator("#start").click();
      assertThat(ana.page().locator("#verdict"))
          .containsText("WebSockets do not get through", slowly());
      assertThat(ana.page().locator("[data-outcome=works]")).hasCount(4);
      assertThat(ana.page().locator("#advice")).containsText("Upgrade");
    }
  }

  /** Seen to fail when only a pointer reaches the button that marks a notification as read. */
  @Test
  void everyOtherPageIsWorkedByTheKeyboardAlone() {
    String topic = Stage.newRoom();
    String title = "By keyboard " + topic;
    stage.value("topic:" + topic, 7);
    stage.notify("dave", title, false);
    try (ChatWindow dave = stage.at("notifications.html", new NewContextOptions())) {
      assertThat(dave.page().locator("#user-list")).isVisible();
      dave.tabTo("[data-user=dave]");
      dave.press("Enter");
      assertThat(dave.page().locator(".notification", hasText(title))).hasCount(1);
      dave.tabTo("[data-act=read]");
      dave.press("Enter");
      assertThat(dave.page().locator("#count")).hasText("0 unread");

      dave.tabTo("[href='dashboard.html']");
      dave.press("Enter");
      dave.awaitConnected();
      dave.tabTo("#watch-topic");
      dave.page().keyboard().type(topic);
      dave.press("Enter");
      Locator tile = tile(dave, topic);
      assertThat(tile.locator(".tile-value")).hasText("7");
      dave.tabTo("[data-channel='topic:" + topic + "'] summary");
      dave.press("Enter");
      assertThat(tile.locator("tbody tr")).hasCount(1);
      dave.press("Shift+Tab", "Enter");
      assertThat(tile).hasCount(0);
      assertThat(dave.page().locator(".tile-remove:focus")).hasCount(1);

      dave.tabTo("[href='doctor.html']");
      dave.press("Enter");
      dave.awaitConnected();
      dave.tabTo("#start");
      dave.press("Enter");
      assertThat(dave.page().locator("#verdict")).containsText("Everything gets through", slowly());
    }
  }

  /**
   * Fails when values are not painted as they come, or when the page asks for a role that the
   * server does not ask for.
   */
  @Test
  void aValueIsOnTheScreenOfAllWhoWatchTheTopic() {
    String topic = Stage.newRoom();
    String page = "dashboard.html#topics=" + topic;
    try (ChatWindow carol = stage.at(page, new NewContextOptions()).signIn(Stage.CAROL);
        ChatWindow ana = stage.at(page, new NewContextOptions()).signIn(Stage.ALICE)) {
      Locator tile = tile(ana, topic);
      assertThat(tile).containsText("No value has come yet.");
      assertThat(ana.page().locator("#send-form")).isHidden();
      for (String value : List.of("17.5", "20")) {
        carol.page().locator("#send-value").fill(value);
        carol.press("Enter");
        assertThat(tile.locator(".tile-value")).hasText(value);
        assertThat(tile(carol, topic).locator(".tile-value")).hasText(value);
      }
      assertThat(carol.page().locator("#send-outcome")).hasText("Sent to " + topic + ".");
      assertThat(tile.locator(".tile-change")).hasText("+2.5");
      assertThat(tile.locator(".chart"))
          .hasAttribute("aria-label", topic + ": 2 values between 17.5 and 20, the last one 20");
      assertThat(tile.locator("canvas")).hasCount(1);
      tile.locator("summary").click();
      assertThat(tile.locator("tbody td:last-child")).hasText(new String[] {"20", "17.5"});
      stage.application().publish("topic:" + topic, "no number").expect(201);
      assertThat(tile).containsText("The last message was no number.");
      assertThat(tile.locator(".tile-value")).hasText("20");
      carol.page().locator("#send-going").click();
      assertThat(tile.locator("tbody tr")).not().hasCount(2);
      assertThat(tile.locator(".tile-problem")).isEmpty();
      carol.page().locator("#send-going").click();
      assertThat(ana.complaints()).isEmpty();
      assertThat(carol.complaints()).isEmpty();
    }
  }

  /** Fails when a refusal is not shown, or what somebody watches is not kept. */
  @Test
  void whatMayNotBeReadIsSaidAndWhatIsWatchedIsKept() {
    String topic = Stage.newRoom();
    try (ChatWindow ana = stage.at("dashboard.html", new NewContextOptions()).signIn(Stage.ALICE)) {
      Page page = ana.page();
      assertThat(page.locator(".tile")).hasCount(3);
      for (int left = 3; left > 0; left--) {
        page.locator(".tile-remove").first().click();
      }
      assertThat(page.locator("#nothing")).hasText("You watch nothing yet. Name a topic above.");
      for (String name : List.of("user:bob", "nowhere:x", topic, "no name")) {
        page.locator("#watch-topic").fill(name);
        ana.press("Enter");
      }
      assertThat(page.locator("#problem")).containsText("That is no name of a topic.");
      assertThat(page.locator("[data-channel='user:bob']")).containsText("You may not read this.");
      assertThat(page.locator("[data-channel='nowhere:x']")).containsText("This does not exist");
      assertThat(tile(ana, topic)).containsText("No value has come yet.");
      page.reload();
      ana.awaitConnected();
      assertThat(page.locator(".tile h2")).hasText(new String[] {"user:bob", "nowhere:x", topic});
      assertThat(ana.complaints()).isEmpty();
    }
  }

  /** Fails when a page says what the bundle does not have, or does not turn round. */
  @Test
  void thePagesSpeakGermanAndReadFromTheRight() {
    NewContextOptions german = new NewContextOptions().setLocale("de-DE");
    for (String name : List.of("", "notifications.html", "dashboard.html", "doctor.html")) {
      try (ChatWindow ana = stage.at(name, german)) {
        assertThat(ana.page().locator("#user-list")).isVisible();
        ana.page().locator("#user-list button").first().click();
        assertThat(ana.page().locator("#pill-state")).hasText("Verbunden");
        assertThat(ana.page().locator("html")).hasAttribute("lang", "de");
        ana.page().locator("#me").click();
        ana.page().getByLabel("Schreibrichtung").selectOption("rtl");
        assertThat(ana.page().locator("html")).hasAttribute("dir", "rtl");
        ana.page().locator("#me").click();
        ana.screenshot(Stage.screenshot(shortName(name) + "-rtl-german"));
        assertThat(Axe.violations(ana.page())).isEmpty();
      }
    }
  }

  /** Fails with a colour that is too pale, a field without a label, or a page that is too wide. */
  @Test
  void noPageKeepsAnybodyOut() {
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room).signIn(Stage.ALICE);
        ChatWindow ben = stage.chat(room).signIn(Stage.BOB)) {
      ana.say("Good morning @bob! Is the release going out today?");
      ben.awaitMessages(1);
      ben.act(0, "React with 👍").click();
      ben.act(0, "Reply").click();
      ben.say("Yes, at eleven; the last tests are green.");
      ana.awaitMessages(2);
      ana.say("Then there is time for a coffee.");
      ben.awaitMessages(3);
    }
    stage.notify("alice", "The build is broken", true);
    stage.notify("alice", "Your report is ready", false);
    stage.notify("carol", "Your report is ready", false);
    for (int turn = 0; turn < 40; turn++) {
      stage.value("topic:orders", 50 + Math.rint(30 * Math.sin(turn / 4.0)));
      stage.value("topic:load", (turn % 7) / 7.0);
    }
    List<String> pages =
        List.of(
            "#room=" + room,
            "notifications.html",
            "dashboard.html#topics=orders,load,visitors,user:bob",
            "doctor.html");
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : new int[] {1280, 360}) {
        NewContextOptions options =
            new NewContextOptions().setColorScheme(scheme).setViewportSize(width, 800);
        String suffix = "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        for (String name : pages) {
          look(name, suffix, options, width);
        }
      }
    }
  }

  private void look(String name, String suffix, NewContextOptions options, int width) {
    try (ChatWindow window = stage.at(name, options)) {
      assertThat(window.page().locator("#user-list")).isVisible();
      assertThat(Axe.violations(window.page())).as("signing in").isEmpty();
      String page = shortName(name);
      window.signIn(page.equals("dashboard") ? Stage.CAROL : Stage.ALICE);
      switch (page) {
        case "chat" -> {
          window.awaitMessages(3);
          window.message(2).hover();
        }
        case "notifications" ->
            assertThat(window.page().locator("[data-urgent]")).not().hasCount(0);
        case "dashboard" -> {
          assertThat(window.page().locator(".chart:visible")).hasCount(2);
          assertThat(window.page().locator(".tile-problem:not(:empty)")).hasCount(1);
          window.page().locator(".tile-table:visible summary").first().click();
          assertThat(window.page().locator("tbody tr")).hasCount(20);
        }
        default -> {
          window.page().locator("#start").click();
          assertThat(window.page().locator("#result")).isVisible(visibly());
        }
      }
      window.screenshot(Stage.screenshot("pages-" + page + suffix));
      assertThat(Axe.violations(window.page())).as(page + suffix).isEmpty();
      assertThat(window.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
      window.page().locator("#me").click();
      assertThat(Axe.violations(window.page())).as("settings of " + page + suffix).isEmpty();
      window.screenshot(Stage.screenshot("settings-" + page + suffix));
      assertThat(window.complaints()).isEmpty();
    }
  }

  private static String shortName(String name) {
    int end = name.indexOf(".html");
    return end < 0 ? "chat" : name.substring(0, end);
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

  private static Locator tile(ChatWindow window, String topic) {
    return window.page().locator("[data-channel='topic:" + topic + "']");
  }
}
