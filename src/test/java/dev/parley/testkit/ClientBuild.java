package dev.parley.testkit;

import java.nio.file.Path;
import java.util.List;

/**
 * Makes of the JavaScript client what is served and packed, in {@code target/client}: a step of the
 * build, which Maven starts before it compiles tests. What it does is in {@code
 * src/build/client/build.mjs}.
 */
public final class ClientBuild {
  private static final String SCRIPT = "src/build/client/build.mjs";

  private ClientBuild() {}

  /** Fails when the client has a type error, with what the compiler says about it. */
  public static void main(String[] arguments) {
    Path project = BuildOutput.project();
    String typescript = NodeRuntime.typeScript().toString();
    NodeRuntime.Outcome outcome =
        NodeRuntime.run(project, List.of(SCRIPT, project.toString(), typescript, arguments[0]));
    if (outcome.exitCode() != 0) {
      throw new IllegalStateException("The client cannot be built:\n" + outcome.output());
    }
    System.out.print(outcome.output());
  }
}
