package dev.parley.testkit.arquillian;

import org.jboss.arquillian.container.test.spi.client.deployment.DeploymentScenarioGenerator;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Tells Arquillian how Parley is deployed and served in integration tests. */
public final class ParleyArquillianExtension implements LoadableExtension {

  @Override
  public void register(ExtensionBuilder builder) {
    builder.service(DeploymentScenarioGenerator.class, ParleyDeployment.class);
    builder.observer(SharedDeployment.class);
    builder.observer(TestServer.class);
  }
}
