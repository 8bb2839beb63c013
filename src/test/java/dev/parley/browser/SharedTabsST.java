package dev.parley.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import dev.parley.testkit.Await;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.Person;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What only a real browser has: a shared worker, locks, a storage that outlives a page. The tabs
 * are pages of Parley that nobody has signed in to, under their content security policy; each has a
 * client of its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SharedTabsST {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern SOCKETS =
      Pattern.compile("(?m)^parley_connections\\{transport=\"websocket\"} (\\d+)");

  /** Opens a client that shares, and notes what it hears of the room. */
  private static final String OPEN =
      """
      async ({ root, token, room }) => {
        const { Parley } = await import(`${root}client/parley.js`);
        const parley = new Parley(root, { getToken: () => token, shared: true });
        window.parley = parley;
        window.heard = [];
        window.lobby = parley.subscribe(room);
        window.lobby.on('message', ({ offset }) => window.heard.push(offset));
        await Promise.all([parley.connect(), new Promise((there) => window.lobby.on('state', ({ state }) => state === 'subscribed' && there()))]);
      }
      """;

  /** Opens a client that keeps its queue; {@code restored} counts what an earlier life has left. */
  private static final String KEEP =
      """
      async ({ root, token }) => {
        const [{ Parley }, { keepQueue }] = await Promise.all([import(`${root}client/parley.js`), import(`${root}client/kept-queue.js`)]);
        window.parley = new Parley(root, { getToken: () => token, transport: 'websocket' });
        window.kept = keepQueue(window.parley);
        window.restored = [];
        window.kept.on('restored', ({ publication, published }) => published.then(({ duplicate }) => window.restored.push([publication.data, !!duplicate])));
        await window.parley.connect();
      }
      """;

  private NodeProcess node;
  private Chromium chromium;
  private Tenant tenant;
  private Person admin;

  @BeforeAll
  void startNodeAndBrowser() {
    node = NodeProcess.named("tabs").start();
    chromium = Chromium.launch();
    tenant = new Tenant(new ServerUrl(node.uri()));
    admin = tenant.admin("admin");
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

  /** Seen to fail when the tabs elect one of them although there are workers. */
  @Test
  void tabsShareOneConnectionInAWorkerAndOneThatClosesCostsTheOtherNothing() {
    try (BrowserContext context = chromium.browser().newContext()) {
      share(context, true);
    }
  }

  /**
   * Seen to fail when every tab leads, and when the others are not told that the one that led is
   * gone.
   */
  @Test
  void withoutWorkersOneTabLeadsAndItsEndCostsTheOtherNothing() {
    try (BrowserContext context = chromium.browser().newContext()) {
      context.addInitScript("delete window.SharedWorker");
      share(context, false);
    }
  }

  /** Seen to fail when what was kept is sent under a new key. */
  @Test
  void whatWasNotAnsweredIsSentAgainAfterAReloadAndStoredOnce() {
    Person ana = tenant.person("ana");
    String room = Tenant.room();
    AtomicBoolean answered = new AtomicBoolean();
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = blank(context);
      page.routeWebSocket(
          Pattern.compile(".*/ws$"),
          socket -> {
            var server = socket.connectToServer();
            server.onMessage(
                frame -> {
                  if (answered.get() || !frame.text().contains("\"published\"")) {
                    socket.send(frame.text());
                  }
                });
          });
      page.reload();
      page.evaluate(KEEP, client(ana));
      for (String text : List.of("one", "two", "three")) {
        page.evaluate(
            "([room, text]) => void window.parley.publish(room, text)", List.of(room, text));
      }
      Await.until(
          "the first one is stored", PATIENCE, () -> ana.api().stored(room).equals(List.of("one")));
      answered.set(true);
      page.reload();
      page.evaluate(KEEP, client(ana));
      page.waitForFunction("() => window.restored.length === 3");
      assertThat(page.evaluate("() => JSON.stringify(window.restored)"))
          .isEqualTo("[[\"one\",true],[\"two\",false],[\"three\",false]]");
      assertThat(ana.api().stored(room)).containsExactly("one", "two", "three");
      assertThat(
              page.evaluate(
                  "() => Object.keys(localStorage).filter((name) => name.startsWith('parley.queue')).length"))
          .isEqualTo(0);
    }
  }

  private void share(BrowserContext context, boolean worker) {
    Person ana = tenant.person("ana");
    Person ben = tenant.person("ben");
    String room = Tenant.room();
    Page first = blank(context);
    assertThat(first.evaluate("() => typeof SharedWorker"))
        .isEqualTo(worker ? "function" : "undefined");
    first.evaluate(OPEN, in(room, ana));
    Page second = blank(context);
    second.evaluate(OPEN, in(room, ana));
    assertThat(sockets()).isEqualTo(1);
    Page others = blank(context);
    others.evaluate(OPEN, in(room, ben));
    assertThat(sockets()).as("another person has a connection of their own").isEqualTo(2);
    assertThat(workers()).as("workers, one for each person").isEqualTo(worker ? 2 : 0);

    say(first, room, "from the first");
    say(second, room, "from the second");
    publish(ben, room, 3);
    awaitHeard(first, 5);
    awaitHeard(second, 5);
    second.evaluate("room => void window.parley.publish(room, 'on its way')", room);
    first.close();
    publish(ben, room, 3);
    awaitHeard(second, 9);
    awaitHeard(others, 9);
    assertThat(sockets()).isEqualTo(2);
    others.close();
    second.close();
    Await.until("nobody is left", PATIENCE, () -> sockets() == 0);
  }

  /** A page of Parley that does nothing by itself. */
  private Page blank(BrowserContext context) {
    Page page = context.newPage();
    page.setDefaultTimeout((double) PATIENCE.toMillis());
    page.navigate(node.uri().toString());
    return page;
  }

  private Map<String, Object> client(Person person) {
    return Map.of("root", node.uri().toString(), "token", person.token());
  }

  private Map<String, Object> in(String room, Person person) {
    return Map.of("root", node.uri().toString(), "token", person.token(), "room", room);
  }

  private static void say(Page page, String room, String text) {
    page.evaluate("([room, text]) => window.parley.publish(room, text)", List.of(room, text));
  }

  private static void publish(Person person, String room, int count) {
    IntStream.range(0, count).forEach(i -> person.api().publish(room, "again " + i).expect(201));
  }

  /** Each once and in order, up to here. */
  private static void awaitHeard(Page page, int offset) {
    page.waitForFunction("last => window.heard.includes(last)", offset);
    assertThat(page.evaluate("() => window.heard"))
        .isEqualTo(IntStream.rangeClosed(1, offset).boxed().toList());
  }

  /** How many shared workers the browser has. */
  private int workers() {
    CDPSession devTools = chromium.browser().newBrowserCDPSession();
    String targets = devTools.send("Target.getTargets").toString();
    devTools.detach();
    return targets.split("\"shared_worker\"", -1).length - 1;
  }

  private int sockets() {
    Matcher gauge = SOCKETS.matcher(admin.api().get("metrics").expect(200).text());
    return gauge.find() ? Integer.parseInt(gauge.group(1)) : 0;
  }
}
