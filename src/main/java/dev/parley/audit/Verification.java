package dev.parley.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Goes through a chain from its oldest entry to its newest and says where it is broken. Give it all
 * entries in the order of their numbers, then call {@link #end}. One thread.
 */
final class Verification {
  /** More faults than these are not told one by one. */
  static final int MAX_FAULTS = 100;

  private final AuditHead head;
  private final Map<Long, String> anchors;
  private final List<Fault> faults = new ArrayList<>();
  private long next;
  private String previous;
  private long entries;
  private long erased;

  /** What is wrong with an entry. */
  record Fault(long number, String what) {
    @Override
    public String toString() {
      return "entry " + number + ": " + what;
    }
  }

  /**
   * Not yet begun.
   *
   * @param anchors hashes by number that somebody has kept elsewhere
   */
  Verification(AuditHead head, Map<Long, String> anchors) {
    this.head = head;
    this.anchors = anchors;
    this.next = head.removed() + 1;
    this.previous = head.removedHash();
    checkAnchor(head.removed(), head.removedHash());
  }

  void accept(AuditEntry entry) {
    entries++;
    if (entry.number() > next) {
      fault(next, missing(next, entry.number() - 1));
    } else if (entry.number() < next) {
      fault(entry.number(), "is not where it belongs");
    } else if (!AuditChain.next(previous, entry.number(), entry.entry()).equals(entry.hash())) {
      fault(entry.number(), "its number, time, kind, tenant, commitment or hash was changed");
    }
    if (!entry.entry().isAsCommitted()) {
      fault(entry.number(), "its content is not what was written");
    }
    if (entry.entry().isErased()) {
      erased++;
    }
    checkAnchor(entry.number(), entry.hash());
    next = entry.number() + 1;
    previous = entry.hash();
  }

  /** All faults, in the order in which they were found. */
  List<Fault> end() {
    if (next <= head.last()) {
      fault(next, missing(next, head.last()));
    } else if (next - 1 != head.last() || !previous.equals(head.lastHash())) {
      fault(next - 1, "is the newest, but the head of the chain says otherwise");
    }
    anchors.keySet().stream()
        .filter(number -> number > head.last())
        .forEach(number -> fault(number, "is missing: the chain ends before this anchor"));
    return List.copyOf(faults);
  }

  long entries() {
    return entries;
  }

  /** How many have lost their content. */
  long erased() {
    return erased;
  }

  private void checkAnchor(long number, String hash) {
    String anchor = anchors.get(number);
    if (anchor != null && !anchor.equals(hash)) {
      fault(number, "its hash is not the one that was kept elsewhere");
    }
  }

  private static String missing(long from, long to) {
    return from == to ? "is missing" : "is missing, and so are all up to " + to;
  }

  private void fault(long number, String what) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(new Fault(number, what));
    }
  }
}
