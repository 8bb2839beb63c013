package dev.parley.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.NeverLogged;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs after all other tests and reads what their servers have logged. */
class ServerLogsCheck {
  /**
   * A JWT's header, a ticket or token in an address, a cookie, a bearer header, a test's payload.
   */
  private static final Pattern SECRET =
      Pattern.compile(
          "eyJ(?:hbGci|raWQi|0eXAi)|[?&](?:ticket|token)=(?!\\*)[\\w-]{6}|(?i:bearer [\\w-]{20})"
              + "|parley-stream=|"
              + Pattern.quote(NeverLogged.CANARY));

  /** As long as a ticket; what stands in a line is looked up, not the other way round. */
  private static final Pattern TICKET = Pattern.compile("[\\w-]{43,}");

  /** Seen to fail when a publish logs its payload, which {@link CanaryIT} makes known. */
  @Test
  void noServerHasLoggedACredentialOrAPayload() throws IOException {
    List<Path> logs = logs();
    assumeTrue(!logs.isEmpty(), "no server has run");
    Set<String> tickets = new HashSet<>(NeverLogged.noted());
    List<String> found = new ArrayList<>();
    for (Path log : logs) {
      search(log, tickets, found);
    }
    assertThat(found).as("in %s logs", logs.size()).isEmpty();
  }

  /** What this looks for is what the tests have: else it finds nothing, whatever is logged. */
  @Test
  void whatItLooksForIsWhatSecretsLookLike() {
    String jwt = "eyJraWQiOiJkZXYiLCJhbGciOiJSUzI1NiJ9.e30.c2ln";
    for (String line :
        List.of(
            "GET /parley/ws?ticket=Qq1x0c3ZyJb2mN8wQq1x0c3ZyJb2mN8wQq1x0c3ZyJb",
            "GET /parley/api/v1/poll?channels=room:a&token=abcdef",
            "refused: " + jwt,
            "Authorization: Bearer abcdefghijklmnopqrstu",
            "data " + NeverLogged.CANARY)) {
      assertThat(SECRET.matcher(line).find()).as(line).isTrue();
    }
    assertThat(SECRET.matcher("GET /parley/ws?ticket=***").find()).isFalse();
    assertThat(TICKET.matcher("Qq1x0c3ZyJb2mN8wQq1x0c3ZyJb2mN8wQq1x0c3ZyJb").matches()).isTrue();
  }

  private static List<Path> logs() throws IOException {
    List<Path> logs = new ArrayList<>();
    for (String folder : List.of("it", "nodes")) {
      Path root = BuildOutput.target().resolve(folder);
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          files
              .filter(file -> file.getFileName().toString().matches(".*\\.log(\\.\\d+)?"))
              .forEach(logs::add);
        }
      }
    }
    return logs;
  }

  private static void search(Path log, Set<String> tickets, List<String> found) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(log), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (SECRET.matcher(line).find() || holds(line, tickets)) {
          found.add(log + ": " + line);
        }
      }
    }
  }

  private static boolean holds(String line, Set<String> tickets) {
    Matcher ticket = TICKET.matcher(line);
    while (ticket.find()) {
      if (tickets.contains(ticket.group())) {
        return true;
      }
    }
    return false;
  }
}
