package dev.parley.admin;

import dev.parley.cluster.BusSecret;
import dev.parley.security.Secrets;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The key of the bus is one of those that the nodes of one database share. */
@ApplicationScoped
class SharedBusSecret implements BusSecret {
  @Inject Secrets secrets;

  @Override
  public byte[] key() {
    return secrets.get("cluster-bus");
  }
}
