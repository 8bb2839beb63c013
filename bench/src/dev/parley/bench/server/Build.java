package dev.parley.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the build has made, and where a run leaves its files. Paths are relative to the project. */
public final class Build {
  /** The product's WAR. */
  public static final Path WAR = Path.of("target/parley.war");

  /** The server that runs it. */
  static final Path PAYARA_MICRO = Path.of("target/bench/payara-micro.jar");

  /** Logs, data and recordings of the last run. */
  public static final Path RUN = Path.of("target/bench/run");

  private static final Path CLASSES = Path.of("target/bench/classes");

  private static final String UNAUDITED = "unaudited";

  /** What a variant may be laid over with. */
  private static final List<String> LAYERS = List.of("asking", UNAUDITED);

  private Build() {}

  /** A copy of the WAR with the classes laid over it that drive it from inside. */
  public static Path withDriver(Path war, Path copy) {
    return laidOver(war, copy, List.of("inside", "measure"));
  }

  /**
   * A copy of the WAR with the classes of one of the bench's packages laid over it.
   *
   * @throws IllegalArgumentException when there is no such package for it
   */
  public static Path with(String layer, Path war) {
    if (!LAYERS.contains(layer)) {
      throw new IllegalArgumentException("no such layer: " + layer + "; there are " + LAYERS);
    }
    return laidOver(war, RUN.resolve("with-" + layer + ".war"), List.of(layer));
  }

  private static Path laidOver(Path war, Path copy, List<String> packages) {
    try {
      Files.createDirectories(copy.getParent());
      Files.copy(war, copy, StandardCopyOption.REPLACE_EXISTING);
      URI archive = URI.create("jar:" + copy.toUri());
      try (FileSystem files = FileSystems.newFileSystem(archive, Map.of())) {
        Path classes = files.getPath("/WEB-INF/classes");
        for (String name : packages) {
          Path folder = Path.of("dev/parley/bench", name);
          copy(CLASSES.resolve(folder), classes.resolve(folder.toString()));
          if (name.equals(UNAUDITED)) {
            extension(classes, "dev.parley.bench.unaudited.Unaudited");
          }
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void extension(Path classes, String name) throws IOException {
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve("jakarta.enterprise.inject.spi.Extension"), name);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  /** Removes a folder and what is in it. */
  public static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that is free now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
