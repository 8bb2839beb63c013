package dev.parley.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the peers speak that bring no protocol of their own. */
final class Rooms implements Dialect {
  private final List<String> rooms;
  private int joined;

  Rooms(@Nullable String rooms) {
    this.rooms = rooms == null ? List.of() : List.of(rooms.split(",", -1));
  }

  @Override
  public String path() {
    return "/";
  }

  @Override
  public void opened(Outlet out) {
    rooms.forEach(room -> out.say("{\"join\":\"" + room + "\"}"));
    if (rooms.isEmpty()) {
      out.ready();
    }
  }

  @Override
  public void heard(String text, Outlet out) {
    if (text.contains("\"joined\"") && ++joined == rooms.size()) {
      out.ready();
    }
  }

  @Override
  public String publication(String to, String payload) {
    return "{\"room\":\"" + to + "\",\"data\":\"" + payload + "\"}";
  }
}
