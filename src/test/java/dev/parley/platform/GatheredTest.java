package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A look stands at the gate until it is opened, so that others gather meanwhile. */
class GatheredTest {
  private final PlainThreads threads = new PlainThreads();
  private final BlockingCalls calls = new BlockingCalls();
  private final List<List<Integer>> looks = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  @BeforeEach
  void start() {
    calls.threads = threads.workers();
    calls.start();
  }

  @AfterEach
  void stop() {
    gate.countDown();
    threads.close();
  }

  private Map<Integer, String> look(List<Integer> questions) {
    synchronized (looks) {
      looks.add(questions);
    }
    begun.countDown();
    try {
      if (!gate.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the gate was never opened");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Map<Integer, String> answers = new HashMap<>();
    questions.forEach(question -> answers.put(question, "answer " + question));
    answers.remove(0);
    return answers;
  }

  /** Seen to fail when what gathers is looked up one by one. */
  @Test
  void whatComesDuringALookSharesTheNext() throws InterruptedException {
    Gathered<Integer, String> gathered = new Gathered<>(calls, this::look);
    CompletableFuture<Optional<String>> first = gathered.ask(1);
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    List<CompletableFuture<Optional<String>>> rest =
        IntStream.rangeClosed(2, 300).mapToObj(gathered::ask).toList();

    gate.countDown();

    assertThat(first.join()).contains("answer 1");
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i).join()).contains("answer " + (i + 2));
    }
    assertThat(looks.stream().map(List::size)).containsExactly(1, 128, 128, 43);
  }

  /** Seen to fail when who asks during a look is given that look's answer. */
  @Test
  void aQuestionIsAnsweredByALookThatBeganAfterIt() throws InterruptedException {
    Gathered<Integer, String> gathered = new Gathered<>(calls, this::look);
    CompletableFuture<Optional<String>> first = gathered.ask(1);
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Optional<String>> again = gathered.ask(1);
    CompletableFuture<Optional<String>> same = gathered.ask(1);

    gate.countDown();

    assertThat(List.of(first.join(), again.join(), same.join()))
        .containsOnly(Optional.of("answer 1"));
    assertThat(looks).containsExactly(List.of(1), List.of(1));
  }

  @Test
  void aLookMayHaveNoAnswer() {
    gate.countDown();

    assertThat(new Gathered<>(calls, this::look).ask(0).join()).isEmpty();
  }

  @Test
  void allAreToldOfAFailureAndTheNextLookIsAnother() {
    Gathered<Integer, String> gathered =
        new Gathered<>(
            calls,
            questions -> {
              if (questions.contains(1)) {
                throw new IllegalStateException("out of reach");
              }
              return Map.of(2, "here");
            });

    assertThatThrownBy(() -> gathered.ask(1).join()).hasRootCauseMessage("out of reach");
    assertThat(gathered.ask(2).join()).contains("here");
  }

  @Test
  void whatMayGatherIsBounded() throws InterruptedException {
    Gathered<Integer, String> gathered = new Gathered<>(calls, this::look);
    CompletableFuture<Optional<String>> first = gathered.ask(-1);
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    List<CompletableFuture<Optional<String>>> rest =
        IntStream.range(0, 20_000).mapToObj(gathered::ask).toList();

    assertThatThrownBy(() -> gathered.ask(20_000).join())
        .hasRootCauseInstanceOf(RejectedExecutionException.class);

    gate.countDown();
    assertThat(first.join()).contains("answer -1");
    assertThat(rest.get(19_999).join()).contains("answer 19999");
  }
}
