package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.testkit.BuildOutput;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} lists what the code reads: every key, and with its default. */
class ConfigurationDocTest {
  private static final Path SOURCES = BuildOutput.project().resolve("src/main/java");

  private static final Pattern KEY = Pattern.compile("\"((?:parley|mp\\.jwt)\\.[a-z.-]*[a-z])\"");
  private static final Pattern METRIC =
      Pattern.compile("(?:counter|gauge|summary|timer|builder)\\(\\s*\"parley[^\"]*\"");
  private static final Pattern SUBPROTOCOL = Pattern.compile("\"parley\\.v\\d[^\"]*\"");
  private static final Pattern PREFIX =
      Pattern.compile("String (\\w+) = \"(parley\\.[a-z]+\\.)\" \\+ \\w+ \\+ \"\\.\";");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z.<>-]+)` \\| `([A-Z_<>]+)` \\| ([^|]+) \\|");

  /**
   * One row.
   *
   * @param absent the default as it is written
   */
  private record Documented(String variable, String absent) {}

  @Test
  void theDocumentedKeysAreThoseThatTheCodeReads() throws IOException {
    assertThat(documented().keySet()).isEqualTo(read());
  }

  @Test
  void theVariablesAreThoseOfMicroProfileConfig() throws IOException {
    documented()
        .forEach(
            (key, row) ->
                assertThat(row.variable)
                    .isEqualTo(key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT)));
  }

  @Test
  void theDefaultsAreThoseOfTheCode() throws IOException {
    Map<String, Documented> documented = documented();
    Map<String, String> effective = defaults();
    assertThat(effective).hasSizeGreaterThan(20);
    effective.forEach(
        (key, value) -> {
          String absent = documented.get(key).absent;
          if (absent.startsWith("`")) {
            assertThat(absent).as(key).isEqualTo("`" + value + "`");
          } else if (absent.equals("empty")) {
            assertThat(value).as(key).isEmpty();
          }
        });
  }

  private static Map<String, Documented> documented() throws IOException {
    Map<String, Documented> rows = new TreeMap<>();
    Path page = BuildOutput.project().resolve("docs/configuration.md");
    for (String line : Files.readAllLines(page)) {
      Matcher row = ROW.matcher(line);
      if (row.find()) {
        rows.put(row.group(1), new Documented(row.group(2), row.group(3).trim()));
      }
    }
    return rows;
  }

  private static Set<String> read() throws IOException {
    Set<String> keys = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
        collect(Files.readString(file), keys);
      }
    }
    return keys;
  }

  private static void collect(String source, Set<String> keys) {
    String rest = SUBPROTOCOL.matcher(METRIC.matcher(source).replaceAll("")).replaceAll("");
    KEY.matcher(rest).results().forEach(found -> keys.add(found.group(1)));
    Matcher prefix = PREFIX.matcher(rest);
    while (prefix.find()) {
      String all =
          prefix.group(2) + (prefix.group(2).contains("tenant") ? "<tenant>." : "<namespace>.");
      Pattern.compile(prefix.group(1) + " \\+ \"([a-z-]+)\"")
          .matcher(rest)
          .results()
          .forEach(found -> keys.add(all + found.group(1)));
    }
  }

  /** What the settings classes say when nothing is configured. */
  private static Map<String, String> defaults() {
    Settings settings = FakeConfig.settings(Map.of());
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.parley")) {
      if (type.getSimpleName().endsWith("Settings") && !type.isRecord()) {
        make(type.reflect(), settings);
      }
    }
    return settings.effective();
  }

  private static void make(Class<?> type, Settings settings) {
    List<Constructor<?>> constructors =
        Arrays.stream(type.getDeclaredConstructors())
            .filter(one -> Arrays.equals(one.getParameterTypes(), new Class<?>[] {Settings.class}))
            .toList();
    for (Constructor<?> constructor : constructors) {
      try {
        constructor.setAccessible(true);
        assertThat(constructor.newInstance(settings)).isNotNull();
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(type + " cannot be made", e);
      }
    }
  }
}
