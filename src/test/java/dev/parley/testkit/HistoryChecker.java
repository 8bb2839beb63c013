package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Judges what happened in one channel, after the checker {@code total-queue} of Jepsen: what goes
 * in must come out. Publishers tell every attempt and every acknowledgement, subscribers every
 * receipt; when all is over and everybody has caught up, {@link #verdict} says whether
 *
 * <ul>
 *   <li>nothing that was acknowledged is lost to any subscriber,
 *   <li>nothing was received that nobody sent,
 *   <li>nothing was stored twice, and nothing came twice behind the client's offset rule,
 *   <li>each subscriber's offsets increase without a gap, unless it was told to start afresh or
 *       that those between were left out for newer ones,
 *   <li>all subscribers and all acknowledgements agree on what stands at an offset,
 *   <li>nobody received anything without permission.
 * </ul>
 *
 * <p>An attempt without an acknowledgement (the socket broke) may have been stored or not. Any
 * thread may report; the verdict is asked for once, at the end.
 */
public final class HistoryChecker {
  private final String channel;
  private final Map<String, Boolean> attempts = new ConcurrentHashMap<>();
  private final Map<String, Receipt> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final List<Subscription> subscriptions = Collections.synchronizedList(new ArrayList<>());
  private final ConcurrentLinkedQueue<Violation> early = new ConcurrentLinkedQueue<>();

  public HistoryChecker(String channel) {
    this.channel = channel;
  }

  /** What can be wrong with a history. */
  public enum Kind {
    LOST,
    UNEXPECTED,
    DUPLICATE,
    GAP,
    DISAGREEMENT,
    FORBIDDEN
  }

  /** One thing that is wrong. */
  public record Violation(Kind kind, String what) {
    @Override
    public String toString() {
      return kind + ": " + what;
    }
  }

  /** The judgement: what is wrong, and how often the wire repeated what a client then dropped. */
  public record Verdict(
      List<Violation> violations, int attempted, int acknowledged, int stored, int rawDuplicates) {
    public boolean isValid() {
      return violations.isEmpty();
    }
  }

  // Reports --------------------------------------------------------------------------------------

  /** A publisher is about to send a value. */
  public void attempted(String value) {
    if (attempts.put(value, true) != null) {
      throw new IllegalArgumentException("a test must not use the value " + value + " twice");
    }
  }

  /** The server says that the value is stored. */
  public void acknowledged(String value, Position position, String messageId) {
    Receipt now = new Receipt(position, messageId, value);
    Receipt before = acknowledged.put(value, now);
    if (before != null && !before.equals(now)) {
      early.add(new Violation(Kind.DUPLICATE, value + " acknowledged as " + before + ", " + now));
    }
  }

  /** The server says that the value was not stored; nobody may ever see it. */
  public void refused(String value) {
    refused.add(value);
  }

  /** A new subscriber. */
  public Subscription subscriber(String name) {
    Subscription subscription = new Subscription(name);
    subscriptions.add(subscription);
    return subscription;
  }

  /** One subscriber's side of the history. Reports come from one thread at a time. */
  public final class Subscription {
    private final String name;
    private final List<Receipt> receipts = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> revocations = new ConcurrentLinkedQueue<>();
    private final Set<Position> leftOut = new HashSet<>();
    private Position start;
    private Position last;
    private int rawDuplicates;

    private Subscription(String name) {
      this.name = name;
    }

    /** The subscription begins behind this position. */
    public synchronized void startedAt(Position position) {
      if (start == null) {
        start = position;
      }
      last = position;
    }

    /** The server has said {@code recovered: false} and the history is gone: continue from here. */
    public synchronized void reset(Position position) {
      startedAt(position);
    }

    /**
     * A message has come. This is the client's rule: what is not above the last offset was seen
     * before and is dropped.
     *
     * @return whether the message is new
     */
    public synchronized boolean received(Receipt receipt) {
      return received(receipt, 0);
    }

    /**
     * A message has come that says how many directly before it were left out, because newer ones
     * had taken their place: those are neither a gap nor a loss. Some of them may be known already.
     */
    public synchronized boolean received(Receipt receipt, long conflated) {
      Position position = receipt.position();
      if (start == null) {
        startedAt(position.at(position.offset() - 1));
      }
      if (position.epoch().equals(last.epoch()) && position.offset() <= last.offset()) {
        rawDuplicates++;
        // A repeated message must at least be the same one.
        receipts.stream()
            .filter(r -> r.position().equals(position) && !r.equals(receipt))
            .findFirst()
            .ifPresent(r -> add(Kind.DISAGREEMENT, r + " came again as " + receipt));
        return false;
      }
      if (!position.epoch().equals(last.epoch())
          || position.offset() - conflated > last.offset() + 1) {
        add(Kind.GAP, "after " + last + " came " + position);
      }
      for (long offset = last.offset() + 1; conflated > 0 && offset < position.offset(); offset++) {
        leftOut.add(position.at(offset));
      }
      last = position;
      receipts.add(receipt);
      return true;
    }

    /** From this offset on, nothing more may reach the subscriber. */
    public void revokedAfter(long offset) {
      revocations.add(offset);
    }

    /** Everything up to here has been seen; null before the first. */
    public synchronized Position last() {
      return last;
    }

    /** The values, in the order in which they came. */
    public synchronized List<String> values() {
      return receipts.stream().map(Receipt::value).toList();
    }

    private synchronized boolean wasLeftOut(Position position) {
      return leftOut.contains(position);
    }

    private synchronized List<Receipt> receipts() {
      return List.copyOf(receipts);
    }

    private void add(Kind kind, String what) {
      early.add(new Violation(kind, name + ": " + what));
    }
  }

  // Judgement ------------------------------------------------------------------------------------

  /** Judges the history as it is now. */
  public Verdict verdict() {
    List<Violation> violations = new ArrayList<>(early);
    Map<Position, Receipt> log = new HashMap<>();
    acknowledged.values().forEach(ack -> agree(log, ack, "acknowledgement", violations));
    int rawDuplicates = 0;
    for (Subscription subscription : List.copyOf(subscriptions)) {
      for (Receipt receipt : subscription.receipts()) {
        agree(log, receipt, subscription.name, violations);
      }
      unexpected(subscription, violations);
      lost(subscription, violations);
      forbidden(subscription, violations);
      rawDuplicates += subscription.rawDuplicates;
    }
    storedTwice(log, violations);
    return new Verdict(
        List.copyOf(violations), attempts.size(), acknowledged.size(), log.size(), rawDuplicates);
  }

  /** Fails when anything is wrong, and leaves the history in a file for whoever looks into it. */
  public Verdict assertValid() {
    Verdict verdict = verdict();
    if (!verdict.isValid()) {
      List<Violation> violations = verdict.violations();
      throw new AssertionError(
          violations.size()
              + " violations in "
              + channel
              + " (history in "
              + dump()
              + "), the first: "
              + violations.subList(0, Math.min(10, violations.size())));
    }
    return verdict;
  }

  private static void agree(
      Map<Position, Receipt> log, Receipt receipt, String who, List<Violation> violations) {
    Receipt known = log.putIfAbsent(receipt.position(), receipt);
    if (known != null && !known.equals(receipt)) {
      violations.add(
          new Violation(Kind.DISAGREEMENT, who + " has " + receipt + ", others have " + known));
    }
  }

  private void unexpected(Subscription subscription, List<Violation> violations) {
    for (Receipt receipt : subscription.receipts()) {
      if (!attempts.containsKey(receipt.value()) || refused.contains(receipt.value())) {
        violations.add(new Violation(Kind.UNEXPECTED, subscription.name + ": " + receipt));
      }
    }
  }

  private void lost(Subscription subscription, List<Violation> violations) {
    if (!subscription.revocations.isEmpty()) {
      return;
    }
    Map<String, Receipt> received = new HashMap<>();
    subscription.receipts().forEach(r -> received.put(r.value(), r));
    for (Receipt ack : acknowledged.values()) {
      boolean due =
          !isBefore(ack.position(), subscription.start) && !subscription.wasLeftOut(ack.position());
      if (due && !received.containsKey(ack.value())) {
        violations.add(new Violation(Kind.LOST, subscription.name + " never received " + ack));
      }
    }
  }

  private static boolean isBefore(Position position, Position start) {
    return start != null
        && start.epoch().equals(position.epoch())
        && position.offset() <= start.offset();
  }

  private static void forbidden(Subscription subscription, List<Violation> violations) {
    for (long revokedAfter : subscription.revocations) {
      for (Receipt receipt : subscription.receipts()) {
        if (receipt.position().offset() > revokedAfter) {
          violations.add(new Violation(Kind.FORBIDDEN, subscription.name + ": " + receipt));
        }
      }
    }
  }

  private static void storedTwice(Map<Position, Receipt> log, List<Violation> violations) {
    Map<String, Position> byValue = new LinkedHashMap<>();
    Map<String, Position> byId = new LinkedHashMap<>();
    Map<Position, Receipt> sorted =
        new TreeMap<>(Comparator.comparing(Position::epoch).thenComparingLong(Position::offset));
    sorted.putAll(log);
    sorted.forEach(
        (position, receipt) -> {
          Position sameValue = byValue.putIfAbsent(receipt.value(), position);
          Position sameId = byId.putIfAbsent(receipt.messageId(), position);
          if (sameValue != null || sameId != null) {
            Position other = sameValue == null ? sameId : sameValue;
            violations.add(new Violation(Kind.DUPLICATE, receipt + " is also at " + other));
          }
        });
  }

  private Path dump() {
    List<String> lines = new ArrayList<>();
    attempts.keySet().forEach(v -> lines.add(Json.object("op", "attempt", "value", v).toString()));
    refused.forEach(v -> lines.add(Json.object("op", "refused", "value", v).toString()));
    acknowledged.values().forEach(r -> lines.add(line("acknowledged", "", r)));
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.receipts().forEach(r -> lines.add(line("received", subscription.name, r)));
    }
    try {
      Path folder = Files.createDirectories(Path.of("target", "histories"));
      Path file = folder.resolve(channel.replace(':', '_') + ".jsonl");
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(String op, String who, Receipt r) {
    return Json.object(
            "op",
            op,
            "who",
            who,
            "value",
            r.value(),
            "offset",
            r.position().offset(),
            "epoch",
            r.position().epoch(),
            "messageId",
            r.messageId())
        .toString();
  }
}
