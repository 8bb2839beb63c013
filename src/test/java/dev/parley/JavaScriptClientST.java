package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.NodeRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The JavaScript client as it is packed, in Node.js. */
class JavaScriptClientST {
  private static final String SUITE = "src/test/js/live/transports.test.js";

  /** A client in Node.js has one address for everybody. */
  private static final List<String> LIMITS =
      List.of("connects-burst", "address-connects-burst", "connections-per-user");

  /** That somebody who closes a stream has gone is noticed by a ping. */
  private static final String PING = "PT3S";

  @Test
  void theNpmPackageCanBeInstalledAndImported() {
    NodeRuntime.Outcome outcome =
        NodeRuntime.run(
            BuildOutput.project(), List.of("--test", "src/test/js/live/package.test.js"));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }

  /** One suite over all transports, with the same expectations. */
  @Test
  void theSameIsTrueOnEachTransport() {
    NodeProcess.Builder builder =
        NodeProcess.named("transports").property("parley.connection.ping-interval", PING);
    LIMITS.forEach(limit -> builder.property("parley.ratelimit." + limit, "100000"));
    try (NodeProcess server = builder.start()) {
      NodeRuntime.Outcome outcome =
          NodeRuntime.run(
              BuildOutput.project(),
              Map.of("PARLEY_URL", server.uri().toString()),
              List.of("--experimental-eventsource", "--test", SUITE));
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(outcome.output()).contains("tests 50", "fail 0", "skipped 0", "todo 0");
    }
  }
}
