package dev.parley.platform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions of one kind together: while one look at the database is under way, those that
 * come gather, and share the next. A lone question is looked up at once. When ten thousand people
 * come back within seconds, that is a hundred looks and not ten thousand.
 *
 * <p>Guarantee: each question is answered by a look that began after it was asked. Any thread;
 * never blocks.
 */
public final class Gathered<K, V> {
  /** Questions of one look: its statement and its answer stay small. */
  private static final int MOST = 128;

  /** What may gather: as much as may wait for {@link BlockingCalls}. */
  private static final int WAITING = 20_000;

  private final BlockingCalls calls;
  private final Function<List<K>, Map<K, V>> look;
  private Map<K, CompletableFuture<Optional<V>>> waiting = new LinkedHashMap<>();
  private boolean looking;

  /**
   * @param look may block; gives no answer to a question by leaving it out. When it throws, all
   *     whom it should have answered are told
   */
  public Gathered(BlockingCalls calls, Function<List<K>, Map<K, V>> look) {
    this.calls = calls;
    this.look = look;
  }

  /**
   * Asks; empty for no answer. Fails with what the look throws, and with {@link
   * RejectedExecutionException} when too many wait.
   */
  public CompletableFuture<Optional<V>> ask(K question) {
    CompletableFuture<Optional<V>> answer;
    synchronized (this) {
      answer = waiting.get(question);
      if (answer != null) {
        return answer;
      }
      if (waiting.size() >= WAITING) {
        return CompletableFuture.failedFuture(new RejectedExecutionException("too many wait"));
      }
      answer = new CompletableFuture<>();
      waiting.put(question, answer);
      if (looking) {
        return answer;
      }
      looking = true;
    }
    next();
    return answer;
  }

  private void next() {
    Map<K, CompletableFuture<Optional<V>>> asked = take();
    if (!asked.isEmpty()) {
      List<K> questions = new ArrayList<>(asked.keySet());
      CompletableFuture<?> unused =
          calls
              .call(() -> look.apply(questions))
              .whenComplete(
                  (answers, failure) -> {
                    next();
                    asked.forEach((question, answer) -> tell(question, answer, answers, failure));
                  });
    }
  }

  private synchronized Map<K, CompletableFuture<Optional<V>>> take() {
    Map<K, CompletableFuture<Optional<V>>> asked = waiting;
    waiting = new LinkedHashMap<>();
    if (asked.size() > MOST) {
      Map<K, CompletableFuture<Optional<V>>> first = new LinkedHashMap<>();
      for (Map.Entry<K, CompletableFuture<Optional<V>>> one : asked.entrySet()) {
        (first.size() < MOST ? first : waiting).put(one.getKey(), one.getValue());
      }
      asked = first;
    }
    looking = !asked.isEmpty();
    return asked;
  }

  private void tell(
      K question,
      CompletableFuture<Optional<V>> answer,
      @Nullable Map<K, V> answers,
      @Nullable Throwable failure) {
    if (answers == null) {
      answer.completeExceptionally(
          failure == null ? new IllegalStateException("no answers") : failure);
    } else {
      answer.complete(Optional.ofNullable(answers.get(question)));
    }
  }
}
