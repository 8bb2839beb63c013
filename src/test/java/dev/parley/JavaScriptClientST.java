package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.NodeRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The JavaScript client as it is built and packed, in Node.js: against a real node over each
 * transport, and installed as an npm package. What is expected is in {@code src/test/js/live}.
 */
class JavaScriptClientST {

  @Test
  void theSameIsTrueOnEachTransport() {
    try (NodeProcess node = NodeProcess.named("client").start()) {
      run("transports", Map.of("PARLEY_URL", node.uri().toString()));
    }
  }

  @Test
  void theNpmPackageCanBeInstalledAndImported() {
    run("package", Map.of());
  }

  private static void run(String name, Map<String, String> environment) {
    NodeRuntime.Outcome outcome =
        NodeRuntime.run(
            BuildOutput.project(),
            environment,
            List.of(
                "--experimental-eventsource", "--test", "src/test/js/live/" + name + ".test.js"));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }
}
