package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import java.lang.reflect.Proxy;
import org.glassfish.tyrus.core.BaseContainer;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.junit.jupiter.api.Test;

/**
 * That an update of the server has not moved what its handshakes are spared. How much that is,
 * {@code bench/run connect} measures; without it, everything works as well, and costs more.
 */
@ParleyTest
class ServerClassesIT {
  private static final ClassLoader LOADER = TyrusHttpUpgradeHandler.class.getClassLoader();

  @Inject ServletContext context;

  @Test
  void whatARequestKeepsIsFound() {
    assertThat(RequestRemains.find(LOADER)).isNotNull();
  }

  @Test
  void requestsAreUpgradedWithoutTheServersInjection() throws ClassNotFoundException {
    Class<?> catalina = Class.forName("org.apache.catalina.connector.Request", false, LOADER);
    Class<?> grizzly = Class.forName("org.glassfish.grizzly.http.server.Request", false, LOADER);
    assertThat(CatalinaUpgrade.find(catalina, grizzly)).isNotNull();
  }

  /** Seen to fail when the filter does not spare them. */
  @Test
  void sessionsStartNoTimers() {
    Object container = context.getAttribute(ServerContainer.class.getName());
    assertThat(((BaseContainer) container).getScheduledExecutorService())
        .matches(executor -> Proxy.isProxyClass(executor.getClass()));
  }
}
