package dev.parley;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/** The description of the HTTP API, as far as tests ask it. */
final class OpenApiDocument {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final JsonNode root;

  /**
   * One operation.
   *
   * @param parameters its own and those of its path, references followed
   */
  record Operation(JsonNode node, List<JsonNode> parameters) {}

  /**
   * An example and what it is an example of.
   *
   * @param where for people
   * @param status the status of the response that it belongs to; empty for a request
   */
  record Example(String where, String status, JsonNode schema, JsonNode value) {}

  private OpenApiDocument(JsonNode root) {
    this.root = root;
  }

  static OpenApiDocument read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Object yaml = new Yaml().load(reader);
      return new OpenApiDocument(new ObjectMapper().valueToTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode at(String pointer) {
    return root.at(pointer);
  }

  /** All operations, by method and path such as {@code GET /health}. */
  Map<String, Operation> operations() {
    Map<String, Operation> operations = new TreeMap<>();
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          List<JsonNode> parameters = new ArrayList<>();
          path.getValue().path("parameters").forEach(one -> parameters.add(followed(one)));
          method.getValue().path("parameters").forEach(one -> parameters.add(followed(one)));
          operations.put(
              method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
              new Operation(method.getValue(), parameters));
        }
      }
    }
    return operations;
  }

  /** The node itself, or what it refers to. */
  JsonNode followed(JsonNode node) {
    if (!node.has("$ref")) {
      return node;
    }
    String reference = node.path("$ref").asText();
    JsonNode target = root.at(reference.substring(1));
    if (target.isMissingNode()) {
      throw new AssertionError(reference + " leads nowhere");
    }
    return followed(target);
  }

  /** All references, wherever they stand. */
  Set<String> references() {
    Set<String> found = new TreeSet<>();
    root.findValues("$ref").forEach(one -> found.add(one.asText()));
    return found;
  }

  /** The examples of the operation's request and responses. */
  List<Example> examples(String name, Operation operation) {
    List<Example> found = new ArrayList<>();
    add(found, name + " request", "", operation.node().path("requestBody"));
    for (Map.Entry<String, JsonNode> response : operation.node().path("responses").properties()) {
      String status = response.getKey();
      add(found, name + " " + status, status, followed(response.getValue()));
    }
    return found;
  }

  /**
   * What the description of an operation lacks; empty when nothing.
   *
   * @param errors statuses that it must have among its responses
   */
  List<String> gaps(Operation operation, Set<String> errors) {
    List<String> gaps = new ArrayList<>();
    JsonNode node = operation.node();
    for (String field : List.of("operationId", "summary", "description", "tags")) {
      require(node, field, "the operation", gaps);
    }
    for (JsonNode parameter : operation.parameters()) {
      require(parameter, "description", parameter.path("name").asText(), gaps);
      require(parameter, "example", parameter.path("name").asText(), gaps);
    }
    requireContent(node.path("requestBody"), "the request", gaps);
    for (Map.Entry<String, JsonNode> one : node.path("responses").properties()) {
      JsonNode response = followed(one.getValue());
      require(response, "description", one.getKey(), gaps);
      requireContent(response, one.getKey(), gaps);
    }
    errors.stream()
        .filter(status -> !node.path("responses").has(status))
        .forEach(status -> gaps.add("there is no response " + status));
    return gaps;
  }

  private static void requireContent(JsonNode body, String where, List<String> gaps) {
    for (JsonNode content : body.path("content")) {
      require(content, "schema", where, gaps);
      require(content, "example", where, gaps);
    }
  }

  private static void require(JsonNode node, String field, String where, List<String> gaps) {
    if (!node.has(field)) {
      gaps.add(where + " has no " + field);
    }
  }

  private static void add(List<Example> found, String where, String status, JsonNode body) {
    for (JsonNode content : body.path("content")) {
      if (content.has("example")) {
        found.add(new Example(where, status, content.path("schema"), content.path("example")));
      }
    }
  }

  /** What is wrong with a value of this shape; empty when nothing is. */
  List<String> faults(JsonNode schemaOrReference, JsonNode value) {
    List<String> faults = new ArrayList<>();
    check(followed(schemaOrReference), value, "$", faults);
    return faults;
  }

  private void check(JsonNode schema, JsonNode value, String where, List<String> faults) {
    if (!isOfType(schema.path("type").asText(), value)) {
      faults.add(where + " is not of type " + schema.path("type").asText());
      return;
    }
    if (schema.has("enum") && !contains(schema.path("enum"), value)) {
      faults.add(where + " is none of " + schema.path("enum"));
    }
    if (schema.has("pattern") && !value.asText().matches(schema.path("pattern").asText())) {
      faults.add(where + " does not match " + schema.path("pattern"));
    }
    if (!isInRange(schema, value)) {
      faults.add(where + " is out of range");
    }
    for (JsonNode item : value.isArray() ? value : List.<JsonNode>of()) {
      check(followed(schema.path("items")), item, where + "[]", faults);
    }
    if (value.isObject() && schema.has("type")) {
      checkFields(schema, value, where, faults);
    }
  }

  private void checkFields(JsonNode schema, JsonNode value, String where, List<String> faults) {
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        faults.add(where + "." + name.asText() + " is missing");
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String name = where + "." + field.getKey();
      JsonNode known = schema.path("properties").path(field.getKey());
      JsonNode shape = known.isMissingNode() ? schema.path("additionalProperties") : known;
      if (shape.isMissingNode()) {
        faults.add(name + " is not described");
      } else {
        check(followed(shape), field.getValue(), name, faults);
      }
    }
  }

  private static boolean isOfType(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> true;
    };
  }

  private static boolean isInRange(JsonNode schema, JsonNode value) {
    boolean above = schema.has("maximum") && value.asLong() > schema.path("maximum").asLong();
    boolean below = schema.has("minimum") && value.asLong() < schema.path("minimum").asLong();
    return !above && !below;
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode one : values) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
