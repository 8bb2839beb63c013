package dev.parley.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.parley.testkit.Json;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one person sees of the chat page, and what they do with it. It uses the page as people do:
 * by what is written on it and by what it tells assistive technology.
 *
 * <p>Every method that says "await" waits for a condition, never for a time.
 */
final class ChatWindow implements AutoCloseable {

  /** A node that was stopped needs its time to start, and clients wait up to 20 s between tries. */
  static final double PATIENCE_MS = 120_000;

  /** Whoever has not arrived after so many is not getting there. */
  private static final int MOST_TABS = 60;

  private final BrowserContext context;
  private final Page page;
  private final List<String> complaints = new ArrayList<>();

  /** A window that shows nothing yet. */
  ChatWindow(BrowserContext context) {
    this.context = context;
    context.setDefaultTimeout(PATIENCE_MS);
    page = context.newPage();
    page.onPageError(error -> complaints.add("error: " + error));
    page.onDialog(
        dialog -> {
          complaints.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            complaints.add("CSP: " + message.text());
          }
        });
  }

  /** Opens an address. */
  ChatWindow go(URI address) {
    page.navigate(address.toString());
    return this;
  }

  Page page() {
    return page;
  }

  /** From now on a demo user has another name, in the list of users as in the tokens. */
  ChatWindow calling(String user, String name) {
    page.route(
        "**/api/v1/dev/users",
        route -> {
          APIResponse answer = route.fetch();
          JsonNode users = Json.parse(answer.text());
          for (JsonNode each : users.findParents("name")) {
            if (each.get("name").asText().equals(user)) {
              ((ObjectNode) each).put("name", name);
            }
          }
          route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(users.toString()));
        });
    page.route(
        "**/api/v1/dev/token",
        route -> {
          String id = Json.parse(route.request().postData()).get("user").asText();
          String body = Json.object("user", id, "name", name).toString();
          route.resume(new Route.ResumeOptions().setPostData(body));
        });
    return this;
  }

  /** Chooses the demo user at this place of the list and waits for the connection. */
  ChatWindow signIn(int place) {
    chooseUser(place);
    return awaitConnected();
  }

  /** Chooses the demo user at this place of the list, whatever comes of it. */
  void chooseUser(int place) {
    page.locator("#user-list").getByRole(AriaRole.BUTTON).nth(place).click();
  }

  /** Writes a message and sends it, without waiting for anything. */
  void say(String text) {
    Locator input = input();
    input.fill(text);
    input.press("Enter");
  }

  /** Chooses a transport, without waiting until it is in use. */
  void choose(String label) {
    page.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).check();
  }

  ChatWindow awaitConnected() {
    assertThat(pill()).containsText("Connected", patiently());
    return this;
  }

  /** Waits until somebody else listens to the open room: hints are not kept for who comes later. */
  void awaitHere(String name) {
    assertThat(page.locator("#here").getByLabel("Write to " + name))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MS));
  }

  void awaitDisconnected() {
    assertThat(pill()).containsText("Connecting", patiently());
    assertThat(page.locator("#banner")).containsText("No connection", patiently());
  }

  void awaitTransport(String shortName) {
    assertThat(pill()).containsText("Connected · " + shortName, patiently());
  }

  /** Waits until so many messages are on the screen and nothing is under way any more. */
  void awaitMessages(int count) {
    assertThat(page.locator("#messages .message"))
        .hasCount(count, new LocatorAssertions.HasCountOptions().setTimeout(PATIENCE_MS));
    assertThat(page.locator("#outgoing .message"))
        .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(PATIENCE_MS));
  }

  /** The message at this place on the screen. */
  Locator message(int place) {
    return page.locator("#messages .message").nth(place);
  }

  /** A button of the bar that comes with the pointer. */
  Locator act(int place, String label) {
    message(place).locator(".bubble").hover();
    return message(place)
        .locator(".actions")
        .getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  void press(String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
  }

  /** Goes on by the keyboard until it is on something of this kind. */
  void tabTo(String selector) {
    for (int steps = 0; steps < MOST_TABS; steps++) {
      press("Tab");
      if (Boolean.TRUE.equals(
          page.evaluate("selector => document.activeElement.matches(selector)", selector))) {
        return;
      }
    }
    throw new AssertionError("The keyboard does not come to " + selector);
  }

  /** The messages on the screen from top to bottom, each as {@code <offset> <text>}. */
  List<String> messages() {
    return strings(
        "#messages .message", "e => e.dataset.offset + ' ' + e.querySelector('.text').textContent");
  }

  List<String> texts() {
    return strings("#messages .message .text", "e => e.textContent");
  }

  Locator input() {
    return page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
  }

  Locator outgoing() {
    return page.locator("#outgoing .message");
  }

  /** What the page's own check says. */
  String verdict() {
    return page.locator("#verdict").textContent().strip();
  }

  /** What the page tells of its connection, the last first. */
  List<String> happened() {
    return strings("#events li", "e => e.textContent");
  }

  int count(String what) {
    return Integer.parseInt(page.locator("[data-count=" + what + "]").textContent());
  }

  /** Errors, dialogs and violations of the content security policy; there should be none. */
  List<String> complaints() {
    return complaints;
  }

  void screenshot(Path file) {
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
  }

  @Override
  public void close() {
    context.close();
  }

  private Locator pill() {
    return page.locator("#pill");
  }

  @SuppressWarnings("unchecked")
  private List<String> strings(String selector, String function) {
    return (List<String>)
        page.locator(selector).evaluateAll("elements => elements.map(" + function + ")");
  }

  private static LocatorAssertions.ContainsTextOptions patiently() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS);
  }
}
