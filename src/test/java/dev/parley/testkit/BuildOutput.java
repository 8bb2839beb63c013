package dev.parley.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what tests start. Every path is absolute. */
public final class BuildOutput {

  private static final Path PROJECT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();

  private BuildOutput() {}

  /** The project's folder. */
  public static Path project() {
    return PROJECT;
  }

  /**
   * The folder that {@code ./mvnw clean} removes: the place for everything a test leaves behind.
   */
  public static Path target() {
    return PROJECT.resolve("target");
  }

  /** The real WAR. */
  public static Path war() {
    return built("parley.war");
  }

  /** The Payara Micro that runs the WAR. */
  public static Path payaraMicro() {
    return built("payara-micro.jar");
  }

  /** The folder with the JavaScript client as it is served and packed. */
  public static Path client() {
    return target().resolve("client");
  }

  /** The agent that tells when Parley answers. */
  public static Path launcher() {
    return built("parley-launcher.jar");
  }

  private static Path built(String name) {
    Path file = target().resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new IllegalStateException(file + " is missing: run ./mvnw package first");
    }
    return file;
  }
}
