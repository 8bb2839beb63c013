package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation links to is there, down to the heading and the method. */
class DocumentationLinksTest {
  private static final Path PROJECT = BuildOutput.project();

  /** Folders that are no part of the project's text. */
  private static final Set<String> LEFT_OUT = Set.of("target", "node_modules", ".git", "data");

  private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\(([^)\\s]+)\\)");
  private static final Pattern METHOD = Pattern.compile("`(\\w+)\\.(\\w+)`");

  static List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    collect(PROJECT, found);
    return found;
  }

  private static void collect(Path folder, List<Path> found) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.sorted().toList()) {
        String name = child.getFileName().toString();
        if (Files.isDirectory(child) && !LEFT_OUT.contains(name)) {
          collect(child, found);
        } else if (name.endsWith(".md")) {
          found.add(PROJECT.relativize(child));
        }
      }
    }
  }

  @Test
  void thereIsDocumentation() throws IOException {
    assertThat(documents()).contains(Path.of("README.md"), Path.of("docs/index.md"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyRelativeLinkLeadsSomewhere(Path document) throws IOException {
    List<String> faults = new ArrayList<>();
    Matcher links = LINK.matcher(withoutBlocks(PROJECT.resolve(document)));
    while (links.find()) {
      String target = links.group(2);
      if (!target.matches("[a-z]+:.*")) {
        check(document, links.group(1), target, faults);
      }
    }
    assertThat(faults).isEmpty();
  }

  private static void check(Path document, String text, String target, List<String> faults)
      throws IOException {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = PROJECT.resolve(document);
    if (!path.isEmpty()) {
      file = file.resolveSibling(path).normalize();
    }
    if (!Files.exists(file)) {
      faults.add(target + " is not there");
    } else if (hash >= 0 && !headings(file).contains(target.substring(hash + 1))) {
      faults.add(target + " has no such heading");
    } else if (path.endsWith(".java")) {
      checkMethod(text, file, faults);
    }
  }

  /** A text such as {@code `PublishMessage.handle`} names a method of the file. */
  private static void checkMethod(String text, Path file, List<String> faults) throws IOException {
    Matcher method = METHOD.matcher(text);
    if (method.matches() && !Files.readString(file).contains(" " + method.group(2) + "(")) {
      faults.add(file.getFileName() + " has no method " + method.group(2));
    }
  }

  /** The anchors of a document's headings, by the rules of the usual forges. */
  private static Set<String> headings(Path file) throws IOException {
    return withoutBlocks(file)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ *", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String withoutBlocks(Path file) throws IOException {
    return Files.readString(file).replaceAll("(?ms)^ *```.*?^ *```", "");
  }
}
