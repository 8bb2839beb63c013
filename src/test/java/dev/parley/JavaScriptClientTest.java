package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs the JavaScript client's own tests, which are in {@code src/test/js}, and prints the sizes
 * that they have measured.
 */
class JavaScriptClientTest {
  private static final Pattern SIZE = Pattern.compile("^\\S \\S+: \\d+ bytes");

  @Test
  void testsOfTheJavaScriptClientPass() throws IOException {
    Path project = BuildOutput.project();
    List<String> arguments = new ArrayList<>(List.of("--test"));
    try (Stream<Path> files = Files.list(project.resolve("src/test/js"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".test.js")).forEach(arguments::add);
    }
    NodeRuntime.Outcome outcome = NodeRuntime.run(project, arguments);
    outcome.output().lines().filter(SIZE.asPredicate()).forEach(System.out::println);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }
}
