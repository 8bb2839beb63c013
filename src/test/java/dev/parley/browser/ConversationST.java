package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.parley.testkit.Tokens;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What people do with conversations and messages, and how soon the other sees it. */
@TestInstance(Lifecycle.PER_CLASS)
class ConversationST {

  private Stage stage;

  @BeforeAll
  void open() {
    stage = Stage.open("conversation");
  }

  @AfterAll
  void close() {
    if (stage != null) {
      stage.close();
    }
  }

  /** Fails when the page takes no changes into what it shows, or forgets to say what was read. */
  @Test
  void whatIsSaidCanBeReadAnsweredChangedAndTakenBack() {
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room).signIn(Stage.ALICE);
        ChatWindow ben = stage.chat(room).signIn(Stage.BOB)) {
      ana.awaitHere("Bob");
      ana.input().pressSequentially("Helo @bob");
      assertThat(ben.page().locator("#typing")).containsText("Alice");
      ana.input().press("Enter");
      ben.awaitMessages(1);
      assertThat(ben.page().locator(".message.named")).hasCount(1);
      assertThat(ana.page().locator("#messages .sent")).containsText("Read by Bob");

      ana.act(0, "Edit").click();
      ana.input().fill("Hello @bob");
      ana.input().press("Enter");
      assertThat(ben.message(0)).containsText("edited");
      assertThat(ben.message(0).locator(".text")).hasText("Hello @bob");

      ben.act(0, "React with 👍").click();
      assertThat(ana.message(0).locator(".reaction")).hasText("👍 1");
      ben.act(0, "Reply").click();
      ben.say("Good morning");
      assertThat(ana.message(1).locator(".quote")).containsText("Alice: Hello @bob");

      ana.act(0, "Take back").click();
      ana.page().locator("#retract-sure").click();
      assertThat(ben.message(0).locator(".text")).hasText("This message was taken back.");
      assertThat(ben.message(0).locator(".reaction")).hasCount(0);
      assertThat(ana.complaints()).isEmpty();
      assertThat(ben.complaints()).isEmpty();
    }
  }

  /** Fails when conversations are not asked for again behind a message of one that is not open. */
  @Test
  void aDirectConversationIsFoundByBothWithWhatIsUnread() {
    String room = Stage.newRoom();
    String text = Tokens.unique("Psst");
    try (ChatWindow ana = stage.chat(room).signIn(Stage.ALICE);
        ChatWindow ben = stage.chat(room).signIn(Stage.BOB)) {
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
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room).signIn(Stage.ALICE)) {
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
      assertThat(ana.message(0)).isFocused();
    }
  }

  /** Fails when the page that makes a room does not open it. */
  @Test
  void aRoomIsMadeAndJoined() {
    String name = Tokens.unique("Releases");
    try (ChatWindow ana = stage.chat(Stage.newRoom()).signIn(Stage.ALICE);
        ChatWindow ben = stage.chat(Stage.newRoom()).signIn(Stage.BOB)) {
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

  /** How long it takes is told, not judged: machines differ. It is judged that all arrive. */
  @Test
  void whatIsTypedIsOnTheOthersScreenSoon() {
    int presses = Integer.getInteger("parley.pages.presses", 40);
    String room = Stage.newRoom();
    try (ChatWindow ana = stage.chat(room).signIn(Stage.ALICE);
        ChatWindow ben = stage.chat(room).signIn(Stage.BOB)) {
      KeyPresses keys = KeyPresses.watch(ana, ben);
      for (int number = 1; number <= presses; number++) {
        ana.say("Press " + number);
        ben.awaitMessages(number);
      }
      List<Double> took = keys.milliseconds();
      assertThat(took).hasSize(presses);
      System.out.println("pages: key press to the other's screen, " + KeyPresses.summary(took));
    }
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }
}
