package dev.parley.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testkit.Person;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** A node as {@code GET /admin/nodes} lists it. */
record ListedNode(String id, String name, String version, String state, int connections) {

  /** The last one of this name that has registered. */
  static Optional<ListedNode> find(Person admin, String name) {
    JsonNode nodes = admin.api().get("api/v1/admin/nodes").expect(200).json().get("nodes");
    return StreamSupport.stream(nodes.spliterator(), false)
        .map(ListedNode::of)
        .filter(node -> node.name.equals(name))
        .reduce((earlier, later) -> later);
  }

  /** Its id in the registry; empty when it is not in it. */
  static String idOf(Person admin, String name) {
    return find(admin, name).map(ListedNode::id).orElse("");
  }

  /** Its state and how many connections it holds; empty when there is none. */
  static String stateOf(Person admin, String name) {
    return find(admin, name).map(node -> node.state + " " + node.connections).orElse("");
  }

  private static ListedNode of(JsonNode node) {
    return new ListedNode(
        node.get("id").asText(),
        node.get("name").asText(),
        node.get("version").asText(),
        node.get("state").asText(),
        node.get("connections").asInt());
  }
}
