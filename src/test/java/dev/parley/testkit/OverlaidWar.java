package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real WAR with a few of the test classes laid over it, for tests with nodes of their own. */
public final class OverlaidWar {
  private OverlaidWar() {}

  /** A new file of that kind. */
  public static Path with(Class<?>... classes) {
    try {
      Path folder = Files.createDirectories(BuildOutput.target().resolve("overlaid"));
      Path war = folder.resolve(Tokens.unique("parley") + ".war");
      Files.copy(BuildOutput.war(), war);
      try (FileSystem zip = FileSystems.newFileSystem(war)) {
        for (Class<?> one : classes) {
          add(one, zip.getPath("WEB-INF/classes"));
        }
      }
      return war;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Class<?> one, Path classes) throws IOException {
    Path from = BuildOutput.target().resolve("test-classes");
    Path folder = from.resolve(one.getPackageName().replace('.', '/'));
    String files = one.getSimpleName() + "{,$*}.class";
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, files)) {
      for (Path file : all) {
        Path to = classes.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }
}
