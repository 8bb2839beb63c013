package dev.parley.bench.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;

/** Rooms on Netty. Writes are flushed once for all that a turn of the event loop has to write. */
public final class Peer {
  private static final int FLUSH_AFTER = 256;
  private static final int MAX_REQUEST = 65536;

  private Peer() {}

  public static void main(String[] args) throws InterruptedException {
    boolean epoll = Epoll.isAvailable();
    EventLoopGroup accepting = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    int loops = Runtime.getRuntime().availableProcessors();
    EventLoopGroup serving = epoll ? new EpollEventLoopGroup(loops) : new NioEventLoopGroup(loops);
    Rooms rooms = new Rooms();
    Channel server =
        new ServerBootstrap()
            .group(accepting, serving)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new FlushConsolidationHandler(FLUSH_AFTER, true))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MAX_REQUEST))
                        .addLast(new WebSocketServerProtocolHandler("/"))
                        .addLast(new RoomHandler(rooms));
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    System.out.println(
        "listening on " + ((InetSocketAddress) server.localAddress()).getPort());
    server.closeFuture().sync();
  }
}
