package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JavaScript client as it is packed: installed and imported in Node.js. */
class JavaScriptClientST {

  @Test
  void theNpmPackageCanBeInstalledAndImported() {
    NodeRuntime.Outcome outcome =
        NodeRuntime.run(
            BuildOutput.project(), List.of("--test", "src/test/js/live/package.test.js"));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }
}
