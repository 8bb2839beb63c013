package dev.parley.browser;

import com.microsoft.playwright.Page;
import java.util.Locale;
import java.util.Map;

/**
 * What happened on the way through a long conversation: from where it was scrolled to the message
 * with a certain offset, a screen or two at a time.
 *
 * @param mostInPage the most rows that the page had at once
 * @param mostRendered the most rows that were made in one step
 * @param jumps steps after which what was on the screen was not where the scrolling had put it
 * @param disorder rows whose offset does not follow that of the row before
 * @param seen messages that were in the page at some time
 * @param frames painted on the way
 * @param late frames that came more than half a frame too late
 * @param longestMs the longest time between two frames
 */
record Scrolling(
    int mostInPage,
    int mostRendered,
    int jumps,
    int disorder,
    int seen,
    int frames,
    int late,
    double longestMs) {

  private static final String SCRIPT =
      """
      async ({ up, goal }) => {
        const log = document.querySelector('#log');
        const list = document.querySelector('#messages');
        const rows = () => [...list.querySelectorAll('.message')];
        const frame = () => new Promise(requestAnimationFrame);
        const seen = new Set();
        const found = { mostInPage: 0, mostRendered: 0, jumps: 0, disorder: 0, frames: 0, late: 0, longestMs: 0 };
        let rendered = 0;
        new MutationObserver((records) => records.forEach(({ addedNodes }) =>
          addedNodes.forEach(({ classList }) => classList?.contains('message') && rendered++))).observe(list, { childList: true });
        const look = () => {
          const offsets = rows().map(({ dataset }) => Number(dataset.offset));
          offsets.forEach((offset, index) => {
            seen.add(offset);
            if (index > 0 && offset !== offsets[index - 1] + 1) found.disorder++;
          });
          found.mostInPage = Math.max(found.mostInPage, offsets.length);
          found.mostRendered = Math.max(found.mostRendered, rendered);
          rendered = 0;
        };
        const step = async () => {
          const top = log.getBoundingClientRect().top;
          const anchor = rows().find((row) => row.getBoundingClientRect().bottom > top + 1);
          const wanted = log.scrollTop + (up ? -1400 : 1400);
          log.scrollTop = wanted;
          const stood = anchor.getBoundingClientRect().top;
          await paint();
          const stands = anchor.isConnected ? anchor.getBoundingClientRect().top : NaN;
          if (!(Math.abs(stands - stood) <= 1.5)) found.jumps++;
        };
        let last = performance.now();
        const paint = async () => {
          for (let twice = 0; twice < 2; twice++) {
            const now = await frame();
            const took = now - last;
            last = now;
            found.frames++;
            if (took > 25) found.late++;
            found.longestMs = Math.max(found.longestMs, took);
          }
          look();
        };
        look();
        const arrived = () => seen.has(goal) && (up ? log.scrollTop === 0 : log.scrollHeight - log.scrollTop - log.clientHeight < 2);
        for (let steps = 0; steps < 20_000 && !arrived(); steps++) await step();
        return { ...found, seen: seen.size };
      }
      """;

  /** Scrolls until the message is on the screen. */
  @SuppressWarnings("unchecked")
  static Scrolling through(ChatWindow window, String direction, int goal) {
    Page page = window.page();
    Map<String, Object> wish = Map.of("up", direction.equals("up"), "goal", goal);
    Map<String, Number> found = (Map<String, Number>) page.evaluate(SCRIPT, wish);
    return new Scrolling(
        found.get("mostInPage").intValue(),
        found.get("mostRendered").intValue(),
        found.get("jumps").intValue(),
        found.get("disorder").intValue(),
        found.get("seen").intValue(),
        found.get("frames").intValue(),
        found.get("late").intValue(),
        found.get("longestMs").doubleValue());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "scrolled past %d: %d frames, %d of them late, the longest %.0f ms; at most %d rows in the"
            + " page, %d rendered in a step",
        seen,
        frames,
        late,
        longestMs,
        mostInPage,
        mostRendered);
  }
}
