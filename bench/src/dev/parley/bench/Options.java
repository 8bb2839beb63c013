package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the command line says: {@code --name value} pairs over a scenario's defaults. */
final class Options {
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * @throws IllegalArgumentException when an option is not among the defaults or lacks its value
   */
  Options(Map<String, String> defaults, List<String> arguments) {
    values.putAll(defaults);
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i).replaceFirst("^--", "");
      if (!defaults.containsKey(name) || !arguments.get(i).startsWith("--")) {
        throw new IllegalArgumentException(
            arguments.get(i) + " is no option; there are " + help(defaults));
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(arguments.get(i) + " needs a value");
      }
      values.put(name, arguments.get(i + 1));
    }
  }

  private static String help(Map<String, String> defaults) {
    StringBuilder text = new StringBuilder();
    defaults.forEach((name, value) -> text.append("\n  --" + name + "  (" + value + ")"));
    return text.toString();
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the scenario has no option --" + name);
    }
    return value;
  }

  /** The same with another value for one of them. */
  Options with(String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return new Options(changed, List.of());
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  /** The parts of a list, separated by commas. */
  List<String> list(String name) {
    return List.of(text(name).split(",", -1));
  }
}
