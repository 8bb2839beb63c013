package dev.parley.bench.load;

import org.jspecify.annotations.Nullable;

/** What the peers speak that bring no protocol of their own. */
final class Rooms implements Dialect {
  private final @Nullable String room;

  Rooms(@Nullable String room) {
    this.room = room;
  }

  @Override
  public String path() {
    return "/";
  }

  @Override
  public void opened(Outlet out) {
    if (room == null) {
      out.ready();
    } else {
      out.say("{\"join\":\"" + room + "\"}");
    }
  }

  @Override
  public void heard(String text, Outlet out) {
    if (text.contains("\"joined\"")) {
      out.ready();
    }
  }

  @Override
  public String publication(String to, String payload) {
    return "{\"room\":\"" + to + "\",\"data\":\"" + payload + "\"}";
  }
}
