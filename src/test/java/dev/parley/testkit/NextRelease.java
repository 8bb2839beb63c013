package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The release after this one, as far as the one before can tell: the same WAR under another
 * version, with one more changelog, {@code changelogs/next-release.xml}, which only adds.
 */
public final class NextRelease {
  /** What it says of itself. */
  public static final String VERSION = "99.0.0";

  private static final String CHANGELOG = "next-release.xml";
  private static final String CLOSING_TAG = "</databaseChangeLog>";

  private NextRelease() {}

  /** Makes it from a WAR of this release, in the same folder, and returns its file. */
  public static Path of(Path war) {
    try {
      Path next = war.resolveSibling(Tokens.unique("next-release") + ".war");
      Files.copy(war, next);
      try (FileSystem zip = FileSystems.newFileSystem(next)) {
        Path classes = zip.getPath("WEB-INF/classes");
        Files.writeString(
            classes.resolve("dev/parley/platform/release.properties"), "version=" + VERSION);
        addChangelog(classes.resolve("db"));
      }
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addChangelog(Path folder) throws IOException {
    try (InputStream in =
        NextRelease.class.getClassLoader().getResourceAsStream("changelogs/" + CHANGELOG)) {
      Files.copy(in, folder.resolve(CHANGELOG));
    }
    Path all = folder.resolve("changelog.xml");
    String text = Files.readString(all, UTF_8);
    String more = "<include file=\"" + CHANGELOG + "\" relativeToChangelogFile=\"true\"/>";
    if (!text.contains(CLOSING_TAG)) {
      throw new IllegalStateException("another changelog than expected: " + text);
    }
    Files.writeString(all, text.replace(CLOSING_TAG, more + CLOSING_TAG), UTF_8);
  }
}
