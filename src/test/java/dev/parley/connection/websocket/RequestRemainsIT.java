package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.ParleyTest;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.junit.jupiter.api.Test;

/**
 * That an update of the server has not moved what {@link RequestRemains} lets go of. How much that
 * is, {@code bench/run connect} measures.
 */
@ParleyTest
class RequestRemainsIT {
  @Test
  void theServersClassesAreThoseThatAreKnown() {
    assertThat(RequestRemains.find(TyrusHttpUpgradeHandler.class.getClassLoader())).isNotNull();
  }
}
