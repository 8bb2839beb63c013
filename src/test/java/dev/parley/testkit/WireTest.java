package dev.parley.testkit;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;

/** What every test over the wire has: the server that all share, and a tenant of its own. */
public abstract class WireTest {
  @ArquillianResource protected URL address;

  protected ServerUrl server;
  protected Tenant tenant;

  @BeforeEach
  void ownTenant() throws URISyntaxException {
    server = new ServerUrl(address.toURI());
    tenant = new Tenant(server);
  }

  /** The server's address, for what no client offers. */
  protected URI at(String pathAndQuery) {
    return server.http(pathAndQuery);
  }
}
