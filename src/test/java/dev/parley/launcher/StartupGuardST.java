package dev.parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.FreePorts;
import dev.parley.testkit.NodeProcess;
import dev.parley.testkit.PostgresProcess;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupGuardST {

  @Test
  void nodeAnswersWhenItIsReadyAndAgainAfterACrash() throws Exception {
    NodeProcess.Builder builder = NodeProcess.named("crashing");
    URI address;
    try (NodeProcess node = builder.start()) {
      address = node.uri();
      assertThat(status(address.resolve("health/started"))).isEqualTo(200);
      assertThat(Files.readString(node.log())).contains("Parley is ready: " + address);
      node.kill();
      assertThat(node.isAlive()).isFalse();
    }
    try (NodeProcess node = builder.start()) {
      assertThat(node.uri()).isEqualTo(address);
      assertThat(status(address.resolve("health/started"))).isEqualTo(200);
      node.stop();
      assertThat(node.isAlive()).isFalse();
    }
  }

  @Test
  void twoNodesRunSideBySideAndAFrozenOneGoesOn() throws Exception {
    try (NodeProcess one = NodeProcess.named("one").start();
        NodeProcess two = NodeProcess.named("two").start()) {
      one.pause();
      assertThat(status(two.uri().resolve("health/live"))).isEqualTo(200);
      one.resume();
      assertThat(status(one.uri().resolve("health/live"))).isEqualTo(200);
    }
  }

  @Test
  void applicationThatIsNotDeployedEndsTheServer(@TempDir Path folder) {
    Path broken = folder.resolve("parley.war");
    ShrinkWrap.createFromZipFile(WebArchive.class, BuildOutput.war().toFile())
        .addAsWebInfResource(new StringAsset("<web-app>"), "web.xml")
        .as(ZipExporter.class)
        .exportTo(broken.toFile());
    assertThatThrownBy(() -> NodeProcess.named("broken").war(broken).start())
        .isInstanceOf(NodeProcess.NodeFailedException.class)
        .hasMessageContaining("Parley could not be started: the application was not deployed.");
  }

  @Test
  void settingThatIsOutOfRangeEndsTheServerWithItsName() {
    assertThatThrownBy(
            () -> NodeProcess.named("absurd").property("parley.delivery.dispatchers", "0").start())
        .isInstanceOf(NodeProcess.NodeFailedException.class)
        .hasMessageContaining(
            "Parley could not be started: parley.delivery.dispatchers must be from 1 to");
  }

  @Test
  void databaseThatCannotBeOpenedEndsTheServer() {
    String nobody = "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/parley";
    assertThatThrownBy(
            () -> NodeProcess.named("alone").property("parley.database.url", nobody).start())
        .isInstanceOf(NodeProcess.NodeFailedException.class)
        .hasMessageContaining(
            "Parley could not be started: the database of parley.database.url cannot be opened: ");
  }

  /** Seen to fail when what the database says is not heeded: the node starts. */
  @ParameterizedTest
  @CsvSource({"off, on, fsync=off", "on, off, synchronous_commit=off"})
  void databaseThatDoesNotKeepWhatItAcknowledgesEndsTheServer(
      String fsync, String synchronousCommit, String named) {
    try (PostgresProcess postgres = PostgresProcess.start(fsync, synchronousCommit)) {
      NodeProcess.Builder node = NodeProcess.named("forgetful").properties(postgres.properties());
      assertThatThrownBy(node::start)
          .isInstanceOf(NodeProcess.NodeFailedException.class)
          .hasMessageContaining(
              "Parley could not be started: the database of parley.database.url runs with "
                  + named);
    }
  }

  @Test
  void portInUseEndsTheServer() throws Exception {
    try (ServerSocket occupied = new ServerSocket(FreePorts.next())) {
      int port = occupied.getLocalPort();
      assertThatThrownBy(() -> NodeProcess.named("second").port(port).start())
          .isInstanceOf(NodeProcess.NodeFailedException.class)
          .hasMessageContaining("Parley could not be started: port " + port + " is in use");
    }
  }

  private static int status(URI uri) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
