package dev.parley.connection.websocket;

/** By the way that Payara offers. */
class RawSocketST extends WebSocketContract {
  RawSocketST() {
    super(true);
  }
}
