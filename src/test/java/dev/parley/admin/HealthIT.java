package dev.parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.admin.NodeHealth.Check;
import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParleyTest
class HealthIT {
  @ArquillianResource private URI parley;
  @Inject private NodeHealth health;

  @ParameterizedTest
  @ValueSource(strings = {"health", "health/live", "health/ready", "health/started"})
  @RunAsClient
  void eachProbeOfTheApplicationIsUp(String path) throws Exception {
    HttpResponse<String> response = awaitUp(path);
    assertThat(response.body()).startsWith("{\"status\":\"UP\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/health/ready", "/health/started"})
  @RunAsClient
  void eachProbeOfMicroProfileHealthIsUp(String path) throws Exception {
    HttpResponse<String> response = awaitUp(path);
    assertThat(response.body()).contains("parley-").doesNotContain("DOWN");
  }

  @Test
  @RunAsClient
  void unknownProbeIsNotFound() throws Exception {
    assertThat(get("health/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void readinessLooksAtEverythingThatDeliveryNeeds() {
    assertThat(health.ready())
        .extracting(Check::name)
        .containsExactly("started", "serving", "database", "bus", "delivery");
  }

  /** A probe gives up after two seconds, which a busy build machine may need for a first query. */
  private HttpResponse<String> awaitUp(String path) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    HttpResponse<String> response = get(path);
    while (response.statusCode() != 200 && System.nanoTime() < deadline) {
      response = get(path);
    }
    assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(200);
    return response;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(parley.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
