package dev.parley.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs of the operating system. Any thread. */
final class InstalledProgram {
  /** Where services are; people who are not root do not have it in their path. */
  private static final String FOR_ROOT = "/usr/sbin";

  private InstalledProgram() {}

  /** The program of this name, if there is one. */
  static Optional<Path> find(String name) {
    return Stream.of(
            (System.getenv("PATH") + File.pathSeparator + FOR_ROOT).split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The program of this name.
   *
   * @throws IllegalStateException when there is none; the message says how to get it
   */
  static Path require(String name, String debianPackage) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    name
                        + " is not installed, but this test needs it: install "
                        + debianPackage
                        + " (Debian), or run .ci/run, which does so"));
  }
}
