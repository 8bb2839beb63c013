package dev.parley.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What a listener has heard, in order, until a test asks for it. Waiting is bounded and ends as
 * soon as the thing waited for arrives or can no longer arrive. Any thread.
 */
public final class Recorder<T> {
  /**
   * How long a test waits for anything unless it says otherwise: far longer than anything takes, so
   * that a busy machine fails no test.
   */
  public static final Duration PATIENCE =
      Duration.ofSeconds(Long.getLong("parley.test.patience", 20));

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<T> heard = new ArrayList<>();
  private String ended = "";

  /** Something was heard. */
  public void record(T thing) {
    lock.lock();
    try {
      heard.add(thing);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more will be heard. */
  public void end(String why) {
    lock.lock();
    try {
      if (ended.isEmpty()) {
        ended = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first thing that matches; what came before it stays for later questions. */
  public T await(String what, Predicate<? super T> matches) {
    return await(what, PATIENCE, matches);
  }

  /** The same with another patience. */
  public T await(String what, Duration patience, Predicate<? super T> matches) {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        for (Iterator<T> things = heard.iterator(); things.hasNext(); ) {
          T thing = things.next();
          if (matches.test(thing)) {
            things.remove();
            return thing;
          }
        }
        if (!ended.isEmpty()) {
          throw new AssertionError("waited for " + what + ", but " + ended + "; heard " + brief());
        }
        if (left <= 0) {
          throw new AssertionError(
              "waited " + patience.toMillis() + " ms for " + what + "; heard " + brief());
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  /** What was heard and not yet taken. */
  public List<T> rest() {
    lock.lock();
    try {
      return List.copyOf(heard);
    } finally {
      lock.unlock();
    }
  }

  /** Fails when something that matches was heard and not yet taken. */
  public void assertNone(String what, Predicate<? super T> matches) {
    List<T> unwanted = rest().stream().filter(matches).toList();
    if (!unwanted.isEmpty()) {
      throw new AssertionError("expected no " + what + ", but heard " + unwanted);
    }
  }

  private String brief() {
    String text = heard.toString();
    return text.length() <= 2000 ? text : text.substring(0, 2000) + "…";
  }
}
