package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The JavaScript has types too: in its comments, checked by the TypeScript compiler. */
class JavaScriptTypesTest {

  @Test
  void clientAndPagesAreTypeCorrect() {
    Path project = BuildOutput.project();
    NodeRuntime.Outcome outcome = NodeRuntime.tsc(project, "-p", "jsconfig.json", "--noEmit");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }
}
