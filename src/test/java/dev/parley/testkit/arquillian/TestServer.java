package dev.parley.testkit.arquillian;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.FreePorts;
import dev.parley.testkit.PayaraMicroOptions;
import dev.parley.testkit.PostgresProcess;
import dev.parley.testkit.TestSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;
import org.jboss.arquillian.config.descriptor.api.ContainerDef;
import org.jboss.arquillian.container.spi.ContainerRegistry;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.container.spi.context.annotation.DeploymentScoped;
import org.jboss.arquillian.container.spi.event.container.AfterDeploy;
import org.jboss.arquillian.core.api.Instance;
import org.jboss.arquillian.core.api.InstanceProducer;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.test.spi.event.suite.AfterSuite;
import org.jboss.arquillian.test.spi.event.suite.BeforeSuite;

/**
 * The server of the integration tests: its port, its database, its settings.
 *
 * <p>The system property {@code parley.it.database} of the test run chooses the database: {@code
 * h2} (embedded, the default) or {@code postgresql} (a real one, started here). Nothing but the
 * server's configuration differs between the two.
 *
 * <p>Threads: Arquillian calls from one thread.
 */
public final class TestServer {

  private static final String DATABASE = System.getProperty("parley.it.database", "h2");

  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);

  private final Path folder = BuildOutput.target().resolve("it").resolve(DATABASE);
  private final int port = FreePorts.next();
  private PostgresProcess postgres;

  @Inject private Instance<ContainerRegistry> containers;
  @Inject @DeploymentScoped private InstanceProducer<ProtocolMetaData> address;

  /** Comes before Arquillian reads the container's settings. */
  void prepare(@Observes(precedence = 100) BeforeSuite event) throws IOException {
    deleteOldRuns();
    Files.createDirectories(folder);
    if ("postgresql".equals(DATABASE)) {
      postgres = PostgresProcess.start();
    }
    configure(containers.get().getContainers().get(0).getContainerConfiguration());
  }

  /**
   * The adapter takes the address from the server, which has no name for the loopback address it
   * listens at, and it is content with a server that is up even when its application is not.
   */
  void requireStarted(@Observes AfterDeploy event) throws IOException, InterruptedException {
    HTTPContext local = new HTTPContext("127.0.0.1", port);
    address.get().getContexts(HTTPContext.class).stream()
        .flatMap(context -> context.getServlets().stream())
        .map(servlet -> new Servlet(servlet.getName(), servlet.getContextRoot()))
        .forEach(local::add);
    address.set(new ProtocolMetaData().addContext(local));

    URI started = URI.create("http://127.0.0.1:" + port + "/parley/health/started");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(started).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          started + " answers " + response.statusCode() + ", see " + log());
    }
  }

  /** Comes after the server has been told to end, which the adapter does not wait for. */
  void cleanUp(@Observes(precedence = -100) AfterSuite event) throws Exception {
    String jar = BuildOutput.payaraMicro().toString();
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      if (child.info().commandLine().orElse("").contains(jar)) {
        child.onExit().get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      }
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>(TestSettings.properties());
    // The tests of the outbox are an application that shares the database; only a call wakes it.
    properties.put("parley.outbox.data-source", "java:app/jdbc/parley");
    properties.put("parley.outbox.poll", "PT10M");
    properties.put("parley.publisher.data-source", "java:app/jdbc/parley");
    properties.put("parley.data.dir", folder.resolve("data").toString());
    if (postgres != null) {
      properties.putAll(postgres.properties());
    }
    // Tests inside the server are as long, and as random, as those outside.
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("parley.chaos") || name.startsWith("parley.test.")) {
        properties.put(name, System.getProperty(name));
      }
    }
    return properties;
  }

  /** Of this database, and the WARs that the adapter writes and never deletes. */
  private void deleteOldRuns() throws IOException {
    List<Path> old = new ArrayList<>(List.of(folder));
    try (DirectoryStream<Path> wars =
        Files.newDirectoryStream(BuildOutput.target(), "arquillian-payara-micro*")) {
      wars.forEach(old::add);
    }
    for (Path run : old) {
      FileUtils.deleteDirectory(run.toFile());
    }
  }

  private void configure(ContainerDef container) throws IOException {
    container.property("microJar", BuildOutput.payaraMicro().toString());
    container.property("randomHttpPort", "false");
    container.property("autoBindHttp", "false");
    container.property("outputToConsole", "false");
    container.property("cmdOptions", "@" + argumentFile());
    // Else the adapter adds --nocluster, which opens port 6900
    container.property("clusterEnabled", "true");
    container.property("startupTimeoutInSeconds", "300");
    List<String> options = new ArrayList<>(PayaraMicroOptions.listeningAt(port, folder));
    options.addAll(List.of("--logtofile", folder.resolve("server.log").toString()));
    container.property("extraMicroOptions", String.join(" ", options));
  }

  /** An argument file of the Java launcher, because the adapter splits its options at spaces. */
  private Path argumentFile() throws IOException {
    String arguments =
        properties().entrySet().stream()
            .map(property -> "\"-D" + property.getKey() + "=" + property.getValue() + "\"")
            .collect(
                Collectors.joining(
                    "\n",
                    String.join("\n", PayaraMicroOptions.SHORT_LIVED)
                        + "\n"
                        + String.join("\n", PayaraMicroOptions.JVM)
                        + "\n\"-Djava.io.tmpdir="
                        + folder
                        + "\"\n",
                    "\n"));
    return Files.writeString(folder.resolve("server.args"), arguments);
  }

  /** The server adds the number. */
  private Path log() {
    return folder.resolve("server.log.0");
  }
}
