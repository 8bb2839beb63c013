package dev.parley.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;

/** What two people say to each other in a room that nobody else knows. */
final class Talk {

  private static final List<String> PEOPLE = List.of("Ana,", "Ben,");

  private Talk() {}

  /** Both say something several times, without waiting for one another. */
  static void between(List<String> said, ChatWindow ana, ChatWindow ben, String when) {
    for (int number = 1; number <= 3; number++) {
      say(said, ana, "Ana, " + when + ", " + number);
      say(said, ben, "Ben, " + when + ", " + number);
    }
  }

  static void say(List<String> said, ChatWindow window, String text) {
    said.add(text);
    window.say(text);
  }

  /**
   * Waits until all is on both screens; there it is once, in the same order, and each one's own.
   */
  static void awaitComplete(List<String> said, ChatWindow... windows) {
    for (ChatWindow window : windows) {
      window.awaitMessages(said.size());
    }
    assertComplete(said, windows);
  }

  static void assertComplete(List<String> said, ChatWindow... windows) {
    List<String> first = windows[0].messages();
    assertThat(windows[0].texts()).containsExactlyInAnyOrderElementsOf(said);
    assertThat(offsets(first)).isEqualTo(IntStream.rangeClosed(1, said.size()).boxed().toList());
    for (ChatWindow window : windows) {
      assertThat(window.messages()).isEqualTo(first);
      assertThat(window.verdict()).isEqualTo("Complete and in order");
      assertThat(window.count("acknowledged")).isEqualTo(window.count("sent"));
      assertThat(window.complaints()).isEmpty();
    }
    for (String person : PEOPLE) {
      assertThat(of(person, windows[0].texts())).isEqualTo(of(person, said));
    }
  }

  private static List<String> of(String person, List<String> texts) {
    return texts.stream().filter(text -> text.startsWith(person)).toList();
  }

  private static List<Integer> offsets(List<String> messages) {
    return messages.stream().map(line -> Integer.valueOf(line.split(" ", 2)[0])).toList();
  }
}
