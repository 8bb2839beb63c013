package dev.parley.bench.server;

import dev.parley.bench.measure.Cpu;
import dev.parley.bench.measure.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Payara Micro with Parley, in a process of its own, on a free port of the loopback. */
public final class ParleyServer implements MessagingServer {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String name;
  private final int port;
  private final Process process;

  private ParleyServer(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it, and waits until it is ready.
   *
   * @param name under which its folder and log are found
   * @param properties system properties, the settings of Parley among them
   */
  public static ParleyServer start(
      String name, Path war, List<String> jvmOptions, Map<String, String> properties) {
    int port = Build.freePort();
    Path folder = Build.RUN.resolve(name).toAbsolutePath();
    Build.remove(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.glassfish.startupThreadPolicy=USE_NO_THREADS");
    command.add("-Djakarta.json.provider=org.eclipse.parsson.JsonProviderImpl");
    command.addAll(jvmOptions);
    command.add("-Dparley.data.dir=" + folder.resolve("data"));
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-jar", Build.PAYARA_MICRO.toAbsolutePath().toString()));
    command.addAll(List.of("--deploy", war.toAbsolutePath().toString()));
    command.addAll(List.of("--contextroot", "/parley", "--port", Integer.toString(port)));
    command.addAll(List.of("--rootdir", folder.resolve("server").toString()));
    command.addAll(List.of("--nohazelcast", "--disablephonehome"));
    command.addAll(List.of("--prebootcommandfile", setting("pre-boot.txt")));
    command.addAll(List.of("--logproperties", setting("logging.properties")));
    try {
      Files.createDirectories(folder);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("server.log").toFile())
              .start();
      ParleyServer server = new ParleyServer(name, port, process);
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with what the product's own run tells the server. */
  private static String setting(String file) {
    return Path.of("server-config/payara-micro", file).toAbsolutePath().toString();
  }

  /**
   * After a failed deployment Payara Micro goes on and answers 404, so the application is asked.
   */
  private void awaitReady() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      try {
        TimeUnit.MILLISECONDS.sleep(300);
        HttpRequest ready = request("/health/ready").timeout(Duration.ofSeconds(10)).build();
        if (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    close();
    throw new IllegalStateException(
        name + " was not ready; see " + Build.RUN.resolve(name).resolve("server.log"));
  }

  /** An address below the application, which begins with a slash. */
  public URI address(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + port + "/parley" + path);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address("http", path));
  }

  /** The answer to a GET. */
  public String get(String path) {
    return send(request(path).build());
  }

  /** The answer to a POST. */
  public String post(String path, String type, String body) {
    return send(
        request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)).build());
  }

  private String send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            request.uri() + " answered " + response.statusCode() + ": " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public double cpu() {
    return Cpu.of(process.pid());
  }

  /** The same by groups of threads. */
  public Map<String, Double> cpuOfThreads() {
    return Cpu.ofThreads(process.pid());
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long liveHeap() {
    return Memory.liveHeap(process.pid());
  }

  @Override
  public long rss() {
    return Memory.rss(process.pid());
  }

  /** Its threads. */
  public int threads() {
    return Memory.threads(process.pid());
  }

  /** What is alive in its heap, by class. */
  public Map<String, Memory.Instances> histogram() {
    return Memory.histogram(process.pid());
  }

  /** The answer to a GET by the owner of a token. */
  public String get(String path, String token) {
    return send(request(path).header("Authorization", "Bearer " + token).build());
  }

  /** The answer to what the owner of a token sends. */
  public String send(String method, String path, String token, String json) {
    return send(
        request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json))
            .build());
  }

  @Override
  public void close() {
    end(process);
  }

  /** Asks a process to end, and makes it if it does not. */
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
