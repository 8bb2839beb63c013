package dev.parley.bench.peer;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Who is where. */
final class Rooms {
  private final ConcurrentMap<String, ChannelGroup> rooms = new ConcurrentHashMap<>();

  void join(String room, Channel channel) {
    rooms
        .computeIfAbsent(room, name -> new DefaultChannelGroup(GlobalEventExecutor.INSTANCE))
        .add(channel);
  }

  void broadcast(String room, String text) {
    ChannelGroup members = rooms.get(room);
    if (members != null) {
      members.writeAndFlush(new TextWebSocketFrame(text), ChannelMatchers.all(), true);
    }
  }
}
