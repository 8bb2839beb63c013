package dev.parley.connection.websocket;

/** By the portable API, as on every other server. */
class PortableSocketST extends WebSocketContract {
  PortableSocketST() {
    super(false);
  }
}
