package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A rolling upgrade runs two releases on one schema, so what the earlier one reads and writes must
 * stay as it is. The fixture {@code contracting.xml} has every way to break that.
 */
class ExpandOnlyTest {
  private final ExpandOnly rule = new ExpandOnly(Release.version());

  @Test
  void noChangelogTakesAwayWhatTheReleaseBeforeUses() throws Exception {
    assertThat(rule.violations("db/changelog.xml")).isEmpty();
  }

  @Test
  void everyWayToBreakTheReleaseBeforeIsFound() throws Exception {
    List<String> violations = rule.violations("changelogs/contracting.xml");
    assertThat(violations)
        .extracting(violation -> violation.substring(0, violation.indexOf(':')))
        .containsExactly(
            "drop-table",
            "drop-column",
            "rename-table",
            "rename-column",
            "type",
            "not-null",
            "unique",
            "unique-index",
            "no-default",
            "unique-column",
            "sql",
            "too-early",
            "no-version",
            "two-tables",
            "two-references");
  }

  @Test
  void additionsAndWhatIsUnusedSinceAnEarlierReleaseAreAllowed() throws Exception {
    assertThat(rule.violations("changelogs/expanding.xml")).isEmpty();
    // With which two releases are tried on one database.
    assertThat(rule.violations("changelogs/next-release.xml")).isEmpty();
  }

  @Test
  void whatThisVeryReleaseStillReplacesMayNotGo() throws Exception {
    assertThat(new ExpandOnly("0.0.1").violations("changelogs/expanding.xml"))
        .containsExactly("allowed: dropTable breaks the release before");
  }

  /**
   * PostgreSQL no longer carries out a prepared statement whose result has another column than
   * before, and the next release may add one.
   */
  @Test
  void noQueryTakesWhateverColumnsThereAre() throws IOException {
    Pattern star = Pattern.compile("(?i)\\b(select|returning) +\\*|\\b(select|,) +\\w+\\.\\*");
    try (Stream<Path> files = Files.walk(BuildOutput.project().resolve("src/main/java"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(star));
    }
  }
}
