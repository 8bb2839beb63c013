package dev.parley.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documented command, {@code ./mvnw payara-micro:start}, as a person at a terminal sees it.
 *
 * <p>It runs in a copy of the project's folder, with what {@code package} would have built.
 */
class RunCommandST {

  private static final int MAVEN_FAILED = 1;

  @TempDir private Path project;

  @Test
  void tellsTheAddressAndLeavesNothingBehind() throws Exception {
    Files.copy(BuildOutput.war(), target().resolve("parley.war"));
    int port = FreePorts.next();
    Process maven = start(port);
    try {
      String address = "http://localhost:" + port + "/parley/";
      assertThat(outputUntil(maven, "Parley is ready: " + address)).isNotEmpty();
      List<ProcessHandle> server = maven.descendants().toList();
      assertThat(server).isNotEmpty();

      maven.destroy();
      maven.waitFor();
      for (ProcessHandle process : server) {
        process.onExit().get();
      }
      assertThat(isListening(port)).isFalse();
    } finally {
      end(maven);
    }
  }

  @Test
  void failsWhenTheApplicationIsNotDeployed() throws Exception {
    ShrinkWrap.createFromZipFile(WebArchive.class, BuildOutput.war().toFile())
        .addAsWebInfResource(new StringAsset("<web-app>"), "web.xml")
        .as(ZipExporter.class)
        .exportTo(target().resolve("parley.war").toFile());
    assertFails(FreePorts.next(), "Parley could not be started: the application was not deployed.");
  }

  @Test
  void failsWhenThePortIsTaken() throws Exception {
    Files.copy(BuildOutput.war(), target().resolve("parley.war"));
    try (ServerSocket taken = new ServerSocket(FreePorts.next())) {
      int port = taken.getLocalPort();
      assertFails(port, "Parley could not be started: port " + port + " is in use");
    }
  }

  private void assertFails(int port, String sentence) throws Exception {
    Process maven = start(port);
    try {
      assertThat(outputUntil(maven, "BUILD FAILURE")).anyMatch(line -> line.startsWith(sentence));
      assertThat(maven.waitFor()).isEqualTo(MAVEN_FAILED);
    } finally {
      end(maven);
    }
  }

  private Process start(int port) throws IOException {
    Files.copy(BuildOutput.launcher(), target().resolve("parley-launcher.jar"));
    Files.copy(BuildOutput.project().resolve("pom.xml"), project.resolve("pom.xml"));
    copyFolder("server-config");
    List<String> command =
        List.of(
            BuildOutput.project().resolve("mvnw").toString(),
            "-B",
            "-ntp",
            "payara-micro:start",
            "-Dparley.port=" + port);
    return new ProcessBuilder(command)
        .directory(project.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private Path target() throws IOException {
    return Files.createDirectories(project.resolve("target"));
  }

  private void copyFolder(String name) throws IOException {
    Path source = BuildOutput.project().resolve(name);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = project.resolve(name).resolve(source.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** What the command says up to the line that is waited for, or to its end. */
  private static List<String> outputUntil(Process maven, String awaited) throws IOException {
    List<String> lines = new ArrayList<>();
    BufferedReader output = maven.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.contains(awaited)) {
        return lines;
      }
    }
    throw new AssertionError("The command ended without «" + awaited + "»: " + lines);
  }

  private static boolean isListening(int port) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  private static void end(Process maven) {
    maven.descendants().forEach(ProcessHandle::destroyForcibly);
    maven.destroyForcibly();
  }
}
