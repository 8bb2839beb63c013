package dev.parley.bench.load;

import org.jspecify.annotations.Nullable;

/** Socket.IO protocol 5 on Engine.IO protocol 4. */
final class SocketIo implements Dialect {
  private final @Nullable String room;

  SocketIo(@Nullable String room) {
    this.room = room;
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
      if (room == null) {
        out.ready();
      } else {
        out.say("420[\"join\",\"" + room + "\"]");
      }
    } else if (text.startsWith("430")) {
      out.ready();
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
