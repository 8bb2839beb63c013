package dev.parley.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Socket.IO protocol 5 on Engine.IO protocol 4. */
final class SocketIo implements Dialect {
  private final List<String> rooms;
  private int joined;

  SocketIo(@Nullable String rooms) {
    this.rooms = rooms == null ? List.of() : List.of(rooms.split(",", -1));
  }

  @Override
  public String path() {
    return "/socket.io/?EIO=4&transport=websocket";
  }

  @Override
  public void heard(String text, Outlet out) {
    if (text.startsWith("0{")) {
      out.say("40");
    } else if (text.startsWith("40")) {
      rooms.forEach(room -> out.say("420[\"join\",\"" + room + "\"]"));
      if (rooms.isEmpty()) {
        out.ready();
      }
    } else if (text.startsWith("430")) {
      if (++joined == rooms.size()) {
        out.ready();
      }
    } else if (text.equals("2")) {
      out.say("3");
    } else if (text.startsWith("44") || text.startsWith("41") || text.startsWith("1")) {
      out.fail(text);
    }
  }

  @Override
  public String publication(String to, String payload) {
    return "42[\"publish\",\"" + to + "\",\"" + payload + "\"]";
  }
}
