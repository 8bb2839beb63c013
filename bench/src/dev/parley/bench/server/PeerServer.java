package dev.parley.bench.server;

import dev.parley.bench.measure.Cpu;
import dev.parley.bench.measure.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of {@code bench/peers}, in a process of its own, on a free port of the loopback. */
public final class PeerServer implements MessagingServer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path INSTALLED = Path.of("target/bench/peers");
  private static final Pattern PORT = Pattern.compile("listening on (\\d+)");

  private final Process process;
  private final boolean java;
  private int port;

  private PeerServer(Process process, boolean java) {
    this.process = process;
    this.java = java;
  }

  /**
   * Installs it if need be, starts it, and waits until it listens.
   *
   * @param name its folder
   * @param node what its log is called
   * @param jvmOptions for those that are Java programs
   * @param arguments what it is told
   */
  public static PeerServer start(
      String name, String node, List<String> jvmOptions, List<String> arguments) {
    install(name);
    Path installed = INSTALLED.resolve(name).toAbsolutePath();
    Path log = Build.RUN.resolve("peer-" + node + ".log");
    boolean java = Files.exists(installed.resolve("classes"));
    List<String> command = new ArrayList<>();
    if (java) {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", installed.resolve("classes") + ":" + installed + "/lib/*"));
      command.add("dev.parley.bench.peer.Peer");
    } else {
      command.addAll(List.of("node", "--expose-gc", installed.resolve("server.js").toString()));
    }
    command.addAll(arguments);
    try {
      Files.createDirectories(Build.RUN);
      Files.deleteIfExists(log);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      PeerServer server = new PeerServer(process, java);
      server.awaitPort(log);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void install(String name) {
    try {
      Process install = new ProcessBuilder("bench/peers/install", name).inheritIO().start();
      if (install.waitFor() != 0) {
        throw new IllegalStateException("bench/peers/install " + name + " has failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitPort(Path log) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      Matcher said = PORT.matcher(Files.readString(log));
      if (said.find()) {
        port = Integer.parseInt(said.group(1));
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    close();
    throw new IllegalStateException("the peer does not listen; see " + log);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public double cpu() {
    return Cpu.of(process.pid());
  }

  @Override
  public long liveHeap() {
    return java ? Memory.liveHeap(process.pid()) : liveHeapOfNode();
  }

  private long liveHeapOfNode() {
    try {
      URI heap = URI.create("http://127.0.0.1:" + port + "/heap");
      String bytes =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(HttpRequest.newBuilder(heap).build(), BodyHandlers.ofString())
              .body();
      return Long.parseLong(bytes.trim()) / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long rss() {
    return Memory.rss(process.pid());
  }

  @Override
  public void close() {
    ParleyServer.end(process);
  }
}
