package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Texts that no server's log may hold, kept for the check that comes after all other tests. Any
 * thread, but outside of the test server only.
 */
public final class NeverLogged {
  /** Part of payloads and headers of tests. */
  public static final String CANARY = "c4n4ry-that-no-log-may-hold";

  private static final Path FILE = BuildOutput.target().resolve("never-logged.txt");

  private NeverLogged() {}

  /** Keeps a secret of a test; returns it. */
  public static synchronized String note(String secret) {
    try {
      Files.writeString(FILE, secret + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that were kept since the last clean build. */
  public static List<String> noted() throws IOException {
    return Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
  }
}
