package dev.parley.bench.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.Map;

/** Answers {@code {"join":room}} and passes {@code {"room":room,"data":any}} on. */
final class RoomHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Rooms rooms;

  RoomHandler(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame)
      throws JsonProcessingException {
    JsonNode message = JSON.readTree(frame.text());
    if (message.has("join")) {
      String room = message.get("join").asText();
      rooms.join(room, context.channel());
      String joined = JSON.writeValueAsString(Map.of("joined", room));
      context.writeAndFlush(new TextWebSocketFrame(joined));
    } else {
      rooms.broadcast(message.get("room").asText(), JSON.writeValueAsString(message));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
