package dev.parley.bench;

import dev.parley.bench.load.HistoryFill;
import dev.parley.bench.load.RecoveryProbe;
import dev.parley.bench.server.ParleyServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** What is asked of one room. Each question is a call that returns how many nanoseconds it took. */
final class HistoryQuestions implements AutoCloseable {
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

  /** By what they ask, in the order of the table. */
  Map<String, LongSupplier> all() {
    String messages = "/api/v1/channels/" + room.channel() + "/messages?limit=" + PAGE;
    Map<String, LongSupplier> all = new LinkedHashMap<>();
    all.put("newest page", () -> page(messages));
    all.put("page in the middle", () -> page(messages + "&before=" + head.lastOffset() / 2));
    for (String who : new String[] {"half", "none", "writer"}) {
      String token = room.token(server, who);
      all.put(name(who), () -> unread(token, room.unread(who)));
    }
    all.put(
        "recovery, " + BEHIND + " behind",
        () -> probe.recover(head.epoch(), head.lastOffset() - BEHIND, BEHIND));
    return all;
  }

  private static String name(String who) {
    return switch (who) {
      case "half" -> "conversations, half read";
      case "none" -> "conversations, nothing read";
      default -> "conversations, nothing read, a tenth written";
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
