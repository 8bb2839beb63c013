package dev.parley.testkit;

import java.net.URI;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every test over the wire has: the server that all share, and a tenant of its own. The test
 * runs outside the server and sees what any client would see.
 */
@ParleyTest
@RunAsClient
public abstract class WireTest {
  @ArquillianResource private URI address;

  protected ServerUrl server;
  protected Tenant tenant;

  @BeforeEach
  void ownTenant() {
    server = new ServerUrl(address);
    tenant = new Tenant(server);
  }
}
