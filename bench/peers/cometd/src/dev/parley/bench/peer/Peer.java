package dev.parley.bench.peer;

import org.cometd.server.AbstractServerTransport;
import org.cometd.server.BayeuxServerImpl;
import org.cometd.server.JacksonJSONContextServer;
import org.cometd.server.websocket.common.AbstractWebSocketTransport;
import org.cometd.server.websocket.jetty.JettyWebSocketTransport;
import org.eclipse.jetty.server.Context;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** CometD on Jetty; its broadcast channels are the rooms. */
public final class Peer {
  private Peer() {}

  public static void main(String[] args) throws Exception {
    BayeuxServerImpl bayeux = new BayeuxServerImpl();
    bayeux.addTransport(new JettyWebSocketTransport(bayeux));
    bayeux.setOption(AbstractWebSocketTransport.COMETD_URL_MAPPING_OPTION, "/cometd/*");
    bayeux.setOption(
        AbstractServerTransport.JSON_CONTEXT_OPTION, JacksonJSONContextServer.class.getName());
    // The answer to /meta/connect could come in one frame with messages, which the generator only counts.
    bayeux.setOption(AbstractServerTransport.TIMEOUT_OPTION, "600000");
    bayeux.setOption(AbstractWebSocketTransport.IDLE_TIMEOUT_OPTION, "900000");

    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setAcceptQueueSize(4096);
    server.addConnector(connector);
    ContextHandler context = new ContextHandler("/");
    server.setHandler(context);
    context.setHandler(WebSocketUpgradeHandler.from(server, context));
    bayeux.setOption(Context.class.getName(), context.getContext());
    server.start();
    bayeux.start();
    System.out.println("listening on " + connector.getLocalPort());
    server.join();
  }
}
