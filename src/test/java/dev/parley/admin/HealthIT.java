package dev.parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;

@ParleyTest
class HealthIT {

  @ArquillianResource private URI parley;
  @Inject private NodeHealth health;

  @Test
  @RunAsClient
  void startedNodeAnswers200() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(parley.resolve("health/started")).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(parley.getHost()).isEqualTo("127.0.0.1");
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void healthIsInjectedInsideTheServer() {
    assertThat(health.isStarted()).isTrue();
  }
}
