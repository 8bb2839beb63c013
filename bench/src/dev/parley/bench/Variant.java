package dev.parley.bench;

import dev.parley.bench.server.Build;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One of the servers that are compared in the same run.
 *
 * @param name how it appears in the table
 * @param war what it runs
 * @param properties what it is told beyond what all are told
 */
record Variant(String name, Path war, Map<String, String> properties) {
  /** From {@code name[;war=path][;lay=package][;property=value]...}. */
  static Variant parse(String text) {
    String[] parts = text.split(";", -1);
    Path war = Build.WAR;
    Map<String, String> properties = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("not property=value: " + parts[i]);
      }
      String key = parts[i].substring(0, equals);
      String value = parts[i].substring(equals + 1);
      if (key.equals("war")) {
        war = Path.of(value);
      } else if (key.equals("lay")) {
        war = Build.with(value, war);
      } else {
        properties.put(key, value);
      }
    }
    return new Variant(parts[0], war, properties);
  }
}
