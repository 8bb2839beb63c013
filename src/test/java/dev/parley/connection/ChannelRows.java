package dev.parley.connection;

import dev.parley.protocol.Operation;
import dev.parley.testkit.Person;
import dev.parley.testkit.Tenant;
import dev.parley.testkit.TestRoom;
import dev.parley.testkit.TestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What each role may do in each kind of channel, as it was promised and not as the code has it: the
 * letters are s(ubscribe), h(istory), v for presence, p(ublish), and 404 for what is not there.
 */
final class ChannelRows {
  /** Somebody's standing among those of the tenant. */
  enum Role {
    USER(0),
    PUBLISHER(1),
    ADMIN(2);

    private final int column;

    Role(int column) {
      this.column = column;
    }
  }

  private static final Pattern DECLARED = Pattern.compile("parley\\.channels\\.([^.]+)\\..+");

  private static final String MISSING = "404";

  /** One kind of channel, and what each role may do there. */
  record Row(String kind, String channel, List<String> allowed) {
    String namespace() {
      return channel.substring(0, channel.indexOf(':'));
    }

    boolean isThere(Role role) {
      return !allowed.get(role.column).equals(MISSING);
    }

    boolean allows(Role role, Operation operation) {
      char letter =
          switch (operation) {
            case SUBSCRIBE -> 's';
            case HISTORY -> 'h';
            case PRESENCE -> 'v';
            case PUBLISH -> 'p';
          };
      return isThere(role) && allowed.get(role.column).indexOf(letter) >= 0;
    }
  }

  private ChannelRows() {}

  /** The rows for this person; another one of the tenant owns the rooms. */
  static List<Row> of(Person person, Person other, Tenant tenant) {
    List<Row> rows = new ArrayList<>();
    for (String personal : List.of("user:", "urgent:")) {
      add(rows, "one's own", personal + person.id(), "shv-", "shvp", "shv-");
      add(rows, "another's", personal + other.id(), "----", "---p", "----");
    }
    add(rows, "the tenant's", "org:" + tenant.org(), "shv-", "shvp", "shv-");
    add(rows, "another tenant's", "org:elsewhere", "----", "----", "----");
    add(rows, "nobody's yet", Tenant.room(), "shvp", "shvp", "shvp");
    for (String visibility : List.of("public", "private")) {
      add(rows, visibility, room(other, visibility), visibility.equals("public") ? "shvp" : "404");
      TestRoom joined = TestRoom.create(other, visibility).with(person, "member");
      add(rows, visibility + ", a member", joined.channel(), "shvp");
      TestRoom reading = TestRoom.create(other, visibility).with(person, "reader");
      add(rows, visibility + ", a reader", reading.channel(), "shv-");
      TestRoom archived = TestRoom.create(other, visibility).with(person, "member");
      archived.patch(other, "archived", true).expect(200);
      add(rows, visibility + ", archived", archived.channel(), "shv-");
    }
    add(rows, "with another", "direct:" + other.id(), "shvp");
    add(rows, "any", "topic:t", "shv-", "shvp", "shv-");
    for (String open : List.of("live", "alarm", "hint", "quote", "last")) {
      add(rows, "any", open + ":t", "shvp");
    }
    add(rows, "by role", "desk:t", "----", "---p", "s---");
    add(rows, "with denials", "whisper:t", "s--p", "s--p", "s--p");
    add(rows, "that says nothing", "closed:t", "----");
    add(rows, "of the application's rules", "vault:t", "----");
    add(rows, "undeclared", "nowhere:t", "404");
    return rows;
  }

  private static String room(Person owner, String visibility) {
    return TestRoom.create(owner, visibility).channel();
  }

  private static void add(List<Row> rows, String kind, String channel, String... allowed) {
    List<String> each =
        allowed.length == 1 ? List.of(allowed[0], allowed[0], allowed[0]) : List.of(allowed);
    rows.add(new Row(kind + " " + channel, channel, each));
  }

  /** The namespaces that the server under test has. */
  static Set<String> declared() {
    Properties defaults = new Properties();
    try (InputStream in =
        ChannelRows.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
      defaults.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set<String> names = new TreeSet<>();
    Stream.concat(
            defaults.stringPropertyNames().stream(), TestSettings.properties().keySet().stream())
        .map(DECLARED::matcher)
        .filter(Matcher::matches)
        .forEach(found -> names.add(found.group(1)));
    return names;
  }
}
