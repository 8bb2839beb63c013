package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The JavaScript has types too: in its comments, checked by the TypeScript compiler. */
class JavaScriptTypesTest {

  @Test
  void clientAndPagesAreTypeCorrect() {
    Path project = BuildOutput.project();
    assumeTrue(Files.exists(project.resolve("jsconfig.json")), "there is no JavaScript yet");
    NodeRuntime.Outcome outcome = NodeRuntime.tsc(project, "-p", "jsconfig.json", "--noEmit");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }
}
