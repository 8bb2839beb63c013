package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.WsClient;
import org.junit.jupiter.api.Test;

/** By the portable API, as on every other server. */
class PortableSocketST extends WebSocketContract {
  PortableSocketST() {
    super(false);
  }

  /** F-04. Seen to fail when the door does not ask whether frames are guarded. */
  @Test
  void whoIsNotKnownIsRefusedBeforeTheUpgrade() {
    assertThat(WsClient.to(server()).openRefused().statusCode()).isEqualTo(401);
    assertThat(WsClient.to(server()).query("token=x").openRefused().statusCode()).isEqualTo(401);
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
