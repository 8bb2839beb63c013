package dev.parley.browser;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long it takes from one's key press until the message is painted on the other's screen. Both
 * pages are in one browser, so their clocks are one.
 */
final class KeyPresses {

  private static final String PRESSES =
      """
      () => {
        window.presses = {};
        const field = document.querySelector('#text');
        field.addEventListener('keydown', ({ key, timeStamp }) => {
          if (key === 'Enter') window.presses[field.value] = performance.timeOrigin + timeStamp;
        }, true);
      }
      """;

  /** A frame begins after the row was made; the one behind it has been painted. */
  private static final String PAINTINGS =
      """
      () => {
        window.paintings = {};
        const painted = (text) => requestAnimationFrame(() => requestAnimationFrame((now) => {
          window.paintings[text] ??= performance.timeOrigin + now;
        }));
        new MutationObserver((records) => records.forEach(({ addedNodes }) => addedNodes.forEach((row) => {
          const text = row.querySelector?.('.text')?.textContent;
          if (text) painted(text);
        }))).observe(document.querySelector('#messages'), { childList: true });
      }
      """;

  private final ChatWindow presser;
  private final ChatWindow other;

  private KeyPresses(ChatWindow presser, ChatWindow other) {
    this.presser = presser;
    this.other = other;
  }

  static KeyPresses watch(ChatWindow presser, ChatWindow other) {
    presser.page().evaluate(PRESSES);
    other.page().evaluate(PAINTINGS);
    return new KeyPresses(presser, other);
  }

  /** One time for each message that was painted; waits for the last. */
  List<Double> milliseconds() {
    Map<String, Number> presses = times(presser, "presses");
    other
        .page()
        .waitForFunction("count => Object.keys(window.paintings).length >= count", presses.size());
    Map<String, Number> paintings = times(other, "paintings");
    List<Double> took = new ArrayList<>();
    presses.forEach((text, at) -> took.add(paintings.get(text).doubleValue() - at.doubleValue()));
    return took;
  }

  /** Of the times in milliseconds: the middle, the 95th of a hundred, the longest. */
  static String summary(List<Double> milliseconds) {
    List<Double> sorted = new ArrayList<>(milliseconds);
    Collections.sort(sorted);
    int last = sorted.size() - 1;
    return String.format(
        Locale.ROOT,
        "%d times: p50 %.0f ms, p95 %.0f ms, longest %.0f ms",
        sorted.size(),
        sorted.get(last / 2),
        sorted.get((int) Math.ceil(0.95 * last)),
        sorted.get(last));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Number> times(ChatWindow window, String name) {
    return (Map<String, Number>) window.page().evaluate("window." + name);
  }
}
