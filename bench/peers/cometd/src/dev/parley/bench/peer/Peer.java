package dev.parley.bench.peer;

import org.cometd.bayeux.server.BayeuxServer;
import org.cometd.server.AbstractServerTransport;
import org.cometd.server.BayeuxServerImpl;
import org.cometd.server.JacksonJSONContextServer;
import org.cometd.server.http.JSONHttpTransport;
import org.cometd.server.http.jetty.CometDHandler;
import org.cometd.server.websocket.common.AbstractWebSocketTransport;
import org.cometd.server.websocket.jetty.JettyWebSocketTransport;
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
    bayeux.addTransport(new JSONHttpTransport(bayeux));
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
    ContextHandler context = new ContextHandler("/cometd");
    server.setHandler(context);
    context.getContext().setAttribute(BayeuxServer.ATTRIBUTE, bayeux);
    WebSocketUpgradeHandler webSocket = WebSocketUpgradeHandler.from(server, context);
    context.setHandler(webSocket);
    webSocket.setHandler(new CometDHandler());
    server.start();
    bayeux.start();
    System.out.println("listening on " + connector.getLocalPort());
    server.join();
  }
}
