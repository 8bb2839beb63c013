package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** By the portable API, as on every other server. */
class PortableSocketST extends WebSocketContract {
  PortableSocketST() {
    super(false);
  }

  /** What the server itself offers is its own business; Payara offers nothing. */
  @Test
  void compressionIsNotAgreedOn() {
    try (FrameClient client =
        FrameClient.open(server(), tenant.person("ann"), "parley.v1.json", "permessage-deflate")) {
      assertThat(client.extensions()).isEmpty();
    }
  }
}
