package dev.parley.bench;

import dev.parley.bench.load.HistoryFill;
import dev.parley.bench.load.RecoveryProbe;
import dev.parley.bench.server.ParleyServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What is asked of one room. */
final class HistoryQuestions implements AutoCloseable {
  /**
   * One question.
   *
   * @param asked asks it, looks at the answer, and returns how many nanoseconds that came after
   */
  record Question(String text, LongSupplier asked) {}

  /** As many as a recovery has at most. */
  private static final int BEHIND = 300;

  private static final int PAGE = 50;

  private final ParleyServer server;
  private final LongRoom room;
  private final HistoryFill.Head head;
  private final RecoveryProbe probe;
  private final String reader;

  HistoryQuestions(ParleyServer server, LongRoom room, HistoryFill.Head head) {
    this.server = server;
    this.room = room;
    this.head = head;
    this.reader = room.token(server, "half");
    this.probe = new RecoveryProbe(server, reader, room.channel());
  }

  /** In the order of the table, the same for all rooms. */
  List<Question> all() {
    String messages = "/api/v1/channels/" + room.channel() + "/messages?limit=" + PAGE;
    List<Question> all = new ArrayList<>();
    all.add(new Question("newest page", () -> page(messages)));
    String middle = messages + "&before=" + head.lastOffset() / 2;
    all.add(new Question("page in the middle", () -> page(middle)));
    for (String who : new String[] {"half", "none", "writer"}) {
      String token = room.token(server, who);
      all.add(new Question(name(who), () -> unread(token, room.unread(who))));
    }
    all.add(
        new Question(
            "recovery, " + BEHIND + " behind",
            () -> probe.recover(head.epoch(), head.lastOffset() - BEHIND, BEHIND)));
    return all;
  }

  private static String name(String who) {
    return switch (who) {
      case "half" -> "conversations, half read";
      case "none" -> "conversations, nothing read";
      default -> "conversations, a tenth written";
    };
  }

  private long page(String path) {
    long begin = System.nanoTime();
    String answer = server.get(path, reader);
    long end = System.nanoTime();
    int found = answer.split("\"messageId\"", -1).length - 1;
    require(found == PAGE, found + " messages in a page");
    return end - begin;
  }

  private long unread(String token, long expected) {
    long begin = System.nanoTime();
    String answer = server.get("/api/v1/conversations", token);
    long end = System.nanoTime();
    require(answer.contains("\"unread\":" + expected + ","), expected + " unread not in " + answer);
    return end - begin;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  @Override
  public void close() {
    probe.close();
  }
}
