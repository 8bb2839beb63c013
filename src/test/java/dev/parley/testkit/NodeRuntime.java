package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.impl.driver.jar.DriverJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The Node.js that Playwright brings from Maven Central, and the TypeScript compiler beside it, so
 * that the build checks and runs JavaScript without npm and without anything installed.
 *
 * <p>Both are extracted into the build's folder at their first use and stay there until {@code
 * ./mvnw clean}. Browser tests find Playwright's driver at {@link #driver()}, which they name in
 * the system property {@code playwright.cli.dir}.
 *
 * <p>Threads: any. Does not guarantee anything when two builds run in one folder.
 */
public final class NodeRuntime {

  private static final Path DRIVER = BuildOutput.target().resolve("node-runtime");
  private static final Path TYPESCRIPT = BuildOutput.target().resolve("typescript");
  private static final String TYPESCRIPT_WEBJAR = "META-INF/resources/webjars/typescript";

  private NodeRuntime() {}

  /** How a program ended and what it said. */
  public record Outcome(int exitCode, String output) {}

  /** The folder of Playwright's driver, with the Node.js binary in it. */
  public static synchronized Path driver() {
    if (!Files.exists(DRIVER)) {
      extract(DRIVER, DriverJar::installDriverTo);
    }
    return DRIVER;
  }

  /** The Node.js binary. */
  public static Path node() {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    return driver().resolve(windows ? "node.exe" : "node");
  }

  /** Runs the TypeScript compiler in a folder until it ends. */
  public static Outcome tsc(Path folder, String... arguments) {
    List<String> all = new ArrayList<>(List.of(typeScript().resolve("lib/tsc.js").toString()));
    all.addAll(List.of(arguments));
    return run(folder, all);
  }

  /** Runs Node.js in a folder until it ends. */
  public static Outcome run(Path folder, List<String> arguments) {
    return run(folder, Map.of(), arguments);
  }

  /** The same, with more in its environment. */
  public static Outcome run(Path folder, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(node().toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Node.js was running", e);
    }
  }

  /** The folder of the TypeScript compiler. */
  public static synchronized Path typeScript() {
    if (!Files.exists(TYPESCRIPT)) {
      extract(TYPESCRIPT, NodeRuntime::extractTypeScript);
    }
    return TYPESCRIPT;
  }

  /** Extracts beside the goal and moves at the end, so that a broken extraction is never used. */
  private static void extract(Path goal, Extraction extraction) {
    try {
      Files.createDirectories(goal.getParent());
      Path partial = Files.createTempDirectory(goal.getParent(), goal.getFileName() + "-");
      extraction.into(partial);
      Files.move(partial, goal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot read the class path", e);
    }
  }

  private static void extractTypeScript(Path folder) throws IOException, URISyntaxException {
    URI webjar = NodeRuntime.class.getClassLoader().getResource(TYPESCRIPT_WEBJAR).toURI();
    try (FileSystem jar = FileSystems.newFileSystem(webjar, Map.of());
        Stream<Path> versions = Files.list(jar.getPath(TYPESCRIPT_WEBJAR))) {
      copy(versions.findFirst().orElseThrow(), folder);
    }
  }

  private static void copy(Path source, Path goal) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = goal.resolve(source.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** Fills a folder. */
  private interface Extraction {
    void into(Path folder) throws IOException, URISyntaxException;
  }
}
