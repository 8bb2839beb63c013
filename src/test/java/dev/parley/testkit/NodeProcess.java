package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One real Parley node: Payara Micro with the WAR, as a process of its own.
 *
 * <pre>{@code
 * try (NodeProcess node = NodeProcess.named("a").property("parley.redis.url", url).start()) {
 *   get(node.uri().resolve("health/ready"));
 *   node.kill();
 * }
 * }</pre>
 *
 * <p>Guarantees: {@link Builder#start()} returns when the node answers at {@code health/started},
 * and throws, with the end of the node's log, when it never will. The process ends at the latest
 * with this Java virtual machine. What it said is in {@link #log()}.
 *
 * <p>Threads: any; one daemon thread of its own reads the node's output.
 */
public final class NodeProcess implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final String READY = "Parley is ready: ";
  private static final int LOG_LINES_IN_ERRORS = 40;

  private final String name;
  private final int port;
  private final Path log;
  private final Process process;
  private final Thread killAtExit;
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  private NodeProcess(Builder builder, Process process) {
    this.name = builder.name;
    this.port = builder.port;
    this.log = builder.log();
    this.process = process;
    this.killAtExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killAtExit);
    Thread reader = new Thread(this::readOutput, "output of node " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Describes a node. The name is for people only: in messages and in the names of folders. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The address of the application, ending in {@code /parley/}. */
  public URI uri() {
    return uri(port);
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that the node has said so far. */
  public Path log() {
    return log;
  }

  /** Asks the node to end (SIGTERM) and waits until it has; returns its exit code. */
  public int stop() {
    process.destroy();
    return awaitEnd();
  }

  /** Ends the node at once (SIGKILL), as a crash does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits until the node has ended by itself; returns its exit code. */
  public int awaitItsEnd() {
    return awaitEnd();
  }

  /** How many threads the node has; of Linux. */
  public int threads() {
    String[] all = Path.of("/proc/" + pid() + "/task").toFile().list();
    return all == null ? 0 : all.length;
  }

  /** How many bytes of its heap are in use; makes the node collect its garbage before. */
  public long heapInUse() {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    ProcessBuilder command = new ProcessBuilder(jcmd, "" + pid(), "GC.class_histogram");
    try (BufferedReader lines = command.redirectErrorStream(true).start().inputReader()) {
      String total =
          lines
              .lines()
              .filter(line -> line.startsWith("Total"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("the node does not tell what is in its heap"));
      return Long.parseLong(total.trim().split(" +", -1)[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Freezes the node (SIGSTOP), as a long garbage collection or an overloaded host does. */
  public void pause() {
    Signals.send("STOP", pid());
  }

  /** Lets a frozen node go on (SIGCONT). */
  public void resume() {
    Signals.send("CONT", pid());
  }

  /** Ends the node, whatever its state. */
  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(killAtExit);
  }

  private static URI uri(int port) {
    return URI.create("http://127.0.0.1:" + port + "/parley/");
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("Node " + name + " does not end, see " + log);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while node " + name + " was ending", e);
    }
  }

  private void readOutput() {
    try (BufferedReader output =
            new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        Writer copy = Files.newBufferedWriter(log, CREATE, APPEND)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        copy.write(line + System.lineSeparator());
        copy.flush();
        if (line.startsWith(READY)) {
          started.complete(null);
        }
      }
      started.completeExceptionally(new IllegalStateException("it has ended"));
    } catch (IOException e) {
      started.completeExceptionally(e);
    }
  }

  private void awaitStart() {
    try {
      started.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new NodeFailedException(name, logEnd(), e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while node " + name + " was starting", e);
    }
  }

  private String logEnd() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_IN_ERRORS), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  /** A node never answered. Its message ends with the last lines of the node's log. */
  public static final class NodeFailedException extends RuntimeException {
    NodeFailedException(String name, String logEnd, Throwable cause) {
      super("Node " + name + " did not start:\n" + logEnd, cause);
    }
  }

  /** What a node is started with. Not for sharing between threads. */
  public static final class Builder {

    private final String name;
    private final Path folder;
    private final Map<String, String> properties = new TreeMap<>();
    private final List<String> jvmOptions = new ArrayList<>(PayaraMicroOptions.SHORT_LIVED);
    private final List<String> serverOptions = new ArrayList<>();
    private Path war = BuildOutput.war();
    private int port = FreePorts.next();

    private Builder(String name) {
      this.name = name;
      this.folder = newFolder(name);
      jvmOptions.addAll(PayaraMicroOptions.JVM);
      properties(TestSettings.properties());
      dataFolder(folder.resolve("data"));
    }

    /** Sets a system property of the node, and so its configuration. */
    public Builder property(String key, String value) {
      properties.put(key, value);
      return this;
    }

    /** Leaves a setting at its default, whatever {@link TestSettings} say. */
    public Builder atDefault(String key) {
      properties.remove(key);
      return this;
    }

    public Builder properties(Map<String, String> more) {
      properties.putAll(more);
      return this;
    }

    /** The folder of the embedded database; by default a new one in {@code target}. */
    public Builder dataFolder(Path folder) {
      return property("parley.data.dir", folder.toString());
    }

    /** Another WAR than the real one. */
    public Builder war(Path file) {
      war = file;
      return this;
    }

    /** The HTTP port; by default a free one. */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /** Where the node will be. */
    public URI uri() {
      return NodeProcess.uri(port);
    }

    public Builder jvmOption(String option) {
      jvmOptions.add(option);
      return this;
    }

    /** One more option of Payara Micro, as {@code "--maxhttpthreads", "20"}. */
    public Builder serverOption(String... option) {
      serverOptions.addAll(List.of(option));
      return this;
    }

    /**
     * Starts the node and waits until it answers. Once that node has ended, a second start is a
     * restart: the same port, the same data, the same log.
     *
     * @throws NodeFailedException if it ends or says nothing for too long
     */
    public NodeProcess start() {
      try {
        NodeProcess node =
            new NodeProcess(this, new ProcessBuilder(command()).redirectErrorStream(true).start());
        node.awaitStart();
        return node;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> command() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions);
      // A killed server does not clean up its temporary files
      command.add("-Djava.io.tmpdir=" + folder);
      command.add("-javaagent:" + BuildOutput.launcher() + "=" + NodeProcess.uri(port));
      properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
      command.addAll(List.of("-jar", BuildOutput.payaraMicro().toString()));
      command.addAll(List.of("--deploy", war.toString(), "--contextroot", "/parley"));
      command.addAll(PayaraMicroOptions.listeningAt(port, folder));
      command.addAll(PayaraMicroOptions.quietLog());
      command.addAll(serverOptions);
      return command;
    }

    private Path log() {
      return folder.resolve("node.log");
    }

    private static Path newFolder(String name) {
      try {
        Path nodes = Files.createDirectories(BuildOutput.target().resolve("nodes"));
        return Files.createTempDirectory(nodes, name + "-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
