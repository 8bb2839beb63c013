package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real reverse proxy in front of two nodes, with the file that this project ships for it. In a
 * copy of that file only addresses and paths are replaced, and what a test names.
 *
 * <p>Guarantees: it listens at 127.0.0.1 when {@link Builder#start} returns; it ends at the latest
 * with this Java virtual machine. Threads: any.
 */
public final class ReverseProxy implements AutoCloseable {
  private static final String NODE_A = "10.0.0.11:8080";
  private static final String NODE_B = "10.0.0.12:8080";

  private final int port;
  private final Path folder;
  private final Process process;
  // SIGTERM, not SIGKILL: nginx's workers would go on without their master.
  private final Thread endAtExit;

  private ReverseProxy(int port, Path folder, Process process) {
    this.port = port;
    this.folder = folder;
    this.process = process;
    this.endAtExit = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(endAtExit);
  }

  /** The proxies for which there is a configuration. */
  public enum Kind {
    NGINX,
    HAPROXY
  }

  /** Describes a proxy in front of two nodes. */
  public static Builder of(Kind kind, NodeProcess a, NodeProcess b) {
    return new Builder(kind)
        .replacing(NODE_A, "127.0.0.1:" + a.port())
        .replacing(NODE_B, "127.0.0.1:" + b.port());
  }

  /** The address of the application behind it. */
  public ServerUrl url() {
    return new ServerUrl(URI.create("http://127.0.0.1:" + port + "/parley/"));
  }

  /** Everything that it has logged so far. */
  public String log() {
    try (Stream<Path> files = Files.list(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        all.append(Files.readString(file));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the proxy does not end, see " + folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the proxy was ending", e);
    }
    Runtime.getRuntime().removeShutdownHook(endAtExit);
  }

  private boolean listens() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the proxy has ended: " + log());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What a proxy is started with. */
  public static final class Builder {
    private final Kind kind;
    private final int port = FreePorts.next();
    private final Path folder;
    private final Map<String, String> replacements = new LinkedHashMap<>();

    private Builder(Kind kind) {
      this.kind = kind;
      try {
        Path all = Files.createDirectories(BuildOutput.target().resolve("proxies"));
        folder = Files.createTempDirectory(all, kind + "-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Replaces a text of the configuration, which must be there. */
    public Builder replacing(String text, String by) {
      replacements.put(text, by);
      return this;
    }

    /** Starts the proxy and waits until it listens. */
    public ReverseProxy start() {
      try {
        Process process =
            new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
        ReverseProxy proxy = new ReverseProxy(port, folder, process);
        Await.until("the proxy listens, see " + folder, proxy::listens);
        return proxy;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> command() throws IOException {
      return switch (kind) {
        case NGINX -> nginx();
        case HAPROXY -> haproxy();
      };
    }

    private List<String> nginx() throws IOException {
      String program = InstalledProgram.require("nginx", "nginx-light").toString();
      replacing("listen 80;", "listen 127.0.0.1:" + port + ";");
      replacing("/run/nginx.pid", folder.resolve("nginx.pid").toString());
      replacing("/var/log/nginx", folder.toString());
      // The folders that the operating system has made for nginx are root's.
      StringBuilder http = new StringBuilder("http {\n");
      for (String of : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
        http.append(of).append("_temp_path ").append(folder.resolve(of)).append(";\n");
      }
      replacing("http {", http.toString());
      Path file = configuration("nginx/nginx.conf");
      // Its file of first errors, too, is root's.
      String errors = folder.resolve("error.log").toString();
      return List.of(program, "-c", file.toString(), "-e", errors, "-g", "daemon off;");
    }

    private List<String> haproxy() throws IOException {
      String program = InstalledProgram.require("haproxy", "haproxy").toString();
      replacing("bind :80", "bind 127.0.0.1:" + port);
      replacing("log /dev/log local0", "log stdout format raw local0");
      // Only root may become somebody else.
      replacing("user haproxy", "");
      replacing("group haproxy", "");
      replacing("chroot /var/lib/haproxy", "");
      return List.of(program, "-db", "-f", configuration("haproxy/haproxy.cfg").toString());
    }

    private Path configuration(String name) throws IOException {
      String text = Files.readString(BuildOutput.project().resolve("server-config").resolve(name));
      for (Map.Entry<String, String> each : replacements.entrySet()) {
        if (!text.contains(each.getKey())) {
          throw new IllegalStateException(name + " has no " + each.getKey());
        }
        text = text.replace(each.getKey(), each.getValue());
      }
      return Files.writeString(folder.resolve(Path.of(name).getFileName()), text);
    }
  }
}
