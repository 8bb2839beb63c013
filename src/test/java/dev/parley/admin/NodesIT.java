package dev.parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Api;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.ServerUrl;
import dev.parley.testkit.Tenant;
import java.net.URI;
import java.time.Instant;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;

/** Nodes and draining over HTTP, for those who may and those who may not. */
@ParleyTest
@RunAsClient
class NodesIT {
  @ArquillianResource private URI parley;

  private Tenant tenant() {
    return new Tenant(new ServerUrl(parley));
  }

  @Test
  void anAdminSeesTheNodesThatAreAlive() {
    Api admin = tenant().admin("admin").api();
    JsonNode nodes = admin.get("api/v1/admin/nodes").expect(200).json().get("nodes");
    assertThat(nodes).hasSize(1);
    JsonNode node = nodes.get(0);
    assertThat(node.get("id").asText()).isNotEmpty();
    assertThat(node.get("name").asText()).isNotEmpty();
    assertThat(node.get("version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(node.get("state").asText()).isEqualTo("serving");
    assertThat(node.get("answering").asBoolean()).isTrue();
    assertThat(node.get("connections").isInt()).isTrue();
    assertThat(Instant.parse(node.get("leaseUntil").asText()))
        .isAfter(Instant.parse(node.get("startedAt").asText()));
  }

  @Test
  void nobodyElseSeesOrDrainsANode() {
    for (Api caller :
        new Api[] {tenant().person("ann").api(), tenant().publisher("application").api()}) {
      caller.get("api/v1/admin/nodes").problem(403, "forbidden");
      caller.post("api/v1/admin/drain", "{}").problem(403, "forbidden");
    }
    Api anonymous = new Api(new ServerUrl(parley), "");
    anonymous.get("api/v1/admin/nodes").problem(401, "unauthorized");
    anonymous.post("api/v1/admin/drain", "{}").problem(401, "unauthorized");
    assertThat(anonymous.get("health/ready").text()).contains("serving\",\"status\":\"UP");
  }

  @Test
  void aWindowThatMakesNoSenseDrainsNothing() {
    Api admin = tenant().admin("admin").api();
    for (String body :
        new String[] {"{\"window\":-1}", "{\"window\":3601}", "{\"window\":\"x\"}"}) {
      JsonNode problem = admin.post("api/v1/admin/drain", body).problem(400, "bad_request");
      assertThat(problem.get("detail").asText()).startsWith("window: ");
    }
    assertThat(admin.get("api/v1/admin/nodes").text()).contains("\"state\":\"serving\"");
  }

  @Test
  void theNumberOfNodesIsAMetric() {
    Api admin = tenant().admin("admin").api();
    assertThat(admin.get("metrics").expect(200).text())
        .containsPattern("(?m)^parley_cluster_nodes 1\\.0$");
  }
}
