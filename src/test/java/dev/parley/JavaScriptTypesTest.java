package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JavaScript has types too: in its comments, checked by the TypeScript compiler. */
class JavaScriptTypesTest {

  /** Seen to fail when a page calls {@code on} of what may be one of two emitters. */
  @Test
  void clientAndPagesAreTypeCorrect() {
    Path project = BuildOutput.project();
    NodeRuntime.Outcome outcome = NodeRuntime.tsc(project, "-p", "jsconfig.json", "--noEmit");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }

  /**
   * As an application in TypeScript that has installed the package, checked as strictly as can be.
   *
   * <p>Seen to fail without one of the packed {@code .d.ts}, and when what an event brings is
   * {@code any}. Where {@code exports} names none, the compiler takes the one beside the module.
   */
  @Test
  void anApplicationIsToldOfEachWrongUseAndOfNoRightOne(@TempDir Path application) {
    copy(BuildOutput.client(), application.resolve("node_modules/parley-client"));
    copy(BuildOutput.project().resolve("src/test/js/types"), application);
    NodeRuntime.Outcome outcome = NodeRuntime.tsc(application, "-p", ".");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }

  private static void copy(Path folder, Path goal) {
    try (Stream<Path> files = Files.list(folder)) {
      Files.createDirectories(goal);
      for (Path file : files.toList()) {
        Files.copy(file, goal.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
