package dev.parley.bench;

import dev.parley.bench.load.HistoryFill;
import dev.parley.bench.load.ParleySite;
import dev.parley.bench.server.ParleyServer;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A room with a long past, and three of its members: one has read half of it, one has read nothing,
 * and one writes a tenth and reads nothing. Each is a member of this room only.
 *
 * @param size how many messages, a multiple of ten
 */
record LongRoom(long size, String channel) {
  /** Authors in turn; the others are members no longer. */
  private static final int AUTHORS = 10;

  /** Who writes a thousand messages is taken to have read the room: most of it, 999 are left. */
  private static final long BEHIND_WRITER = 999L * AUTHORS;

  private static final Pattern CHANNEL = Pattern.compile("\"channel\":\"room:([^\"]+)\"");

  /** Makes it, empty. */
  static LongRoom create(ParleyServer server, long size) {
    LongRoom room = new LongRoom(size, "");
    String owner = room.token(server, "owner");
    String made = server.send("POST", "/api/v1/rooms", owner, "{\"name\":\"A long one\"}");
    Matcher id = CHANNEL.matcher(made);
    if (!id.find()) {
      throw new IllegalStateException("no channel in " + made);
    }
    for (String member : List.of("half", "none", "writer")) {
      String path = "/api/v1/rooms/" + id.group(1) + "/members/" + room.user(member);
      String unused = server.send("PUT", path, owner, "{}");
    }
    return new LongRoom(size, "room:" + id.group(1));
  }

  /** Writes its past into the database, while no server is up. */
  void fill(HistoryFill fill, int payload) throws SQLException {
    List<String> authors =
        java.util.stream.IntStream.range(0, AUTHORS)
            .mapToObj(i -> user(i == 0 ? "writer" : "author" + i))
            .toList();
    fill.append(channel, size, authors, payload);
    fill.read(channel, user("half"), size / 2);
    if (size > BEHIND_WRITER) {
      fill.read(channel, user("writer"), BEHIND_WRITER);
    }
  }

  /** How many messages somebody has not read, who did so. */
  long unread(String who) {
    return switch (who) {
      case "half" -> size / 2;
      case "writer" -> {
        long behind = Math.min(size, BEHIND_WRITER);
        yield behind - behind / AUTHORS;
      }
      default -> size;
    };
  }

  String token(ParleyServer server, String who) {
    return ParleySite.token(server, user(who), "publisher");
  }

  private String user(String who) {
    return who + '-' + size;
  }
}
