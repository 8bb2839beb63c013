package dev.parley.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NodeRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;

/** The server of {@code examples}, as its documentation says to start it. One thread. */
final class ExampleServer implements AutoCloseable {
  private static final String READY = "Examples are ready: ";

  private final Process process;
  private final URI uri;

  private ExampleServer(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Returns when it answers. */
  static ExampleServer start(URI parley) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(NodeRuntime.node().toString(), "examples/serve.mjs")
            .directory(BuildOutput.project().toFile())
            .redirectErrorStream(true);
    builder.environment().put("PARLEY_URL", parley.toString());
    builder.environment().put("PORT", "0");
    Process process = builder.start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = output.readLine();
    if (line == null || !line.startsWith(READY)) {
      process.destroyForcibly();
      throw new IllegalStateException("The examples' server says: " + line);
    }
    return new ExampleServer(process, URI.create(line.substring(READY.length())));
  }

  URI uri() {
    return uri;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
