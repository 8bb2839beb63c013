package dev.parley.testkit.arquillian;

import org.jboss.arquillian.container.spi.client.deployment.DeploymentScenario;
import org.jboss.arquillian.container.spi.event.ContainerMultiControlEvent;
import org.jboss.arquillian.container.spi.event.DeployManagedDeployments;
import org.jboss.arquillian.container.spi.event.UnDeployManagedDeployments;
import org.jboss.arquillian.container.test.impl.client.deployment.event.GenerateDeployment;
import org.jboss.arquillian.core.api.Event;
import org.jboss.arquillian.core.api.Instance;
import org.jboss.arquillian.core.api.InstanceProducer;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.EventContext;
import org.jboss.arquillian.test.spi.annotation.ClassScoped;
import org.jboss.arquillian.test.spi.context.ClassContext;
import org.jboss.arquillian.test.spi.event.suite.AfterSuite;

/**
 * Deploys for the first test class and undeploys after the last one.
 *
 * <p>Arquillian deploys for each class, and the Payara Micro adapter starts a server for each
 * deployment: half a minute per class. This observer stands before Arquillian's own and lets each
 * of its steps happen once.
 *
 * <p>Threads: Arquillian calls from one thread.
 */
public final class SharedDeployment {

  @Inject @ClassScoped private InstanceProducer<DeploymentScenario> scenarioOfClass;
  @Inject private Instance<ClassContext> classContext;
  @Inject private Event<ContainerMultiControlEvent> containers;

  private DeploymentScenario scenario;
  private boolean deployed;
  private RuntimeException failure;
  private boolean ending;

  void generate(@Observes EventContext<GenerateDeployment> context) {
    if (scenario == null) {
      context.proceed();
      scenario = scenarioOfClass.get();
    } else {
      scenarioOfClass.set(scenario);
    }
  }

  void deploy(@Observes EventContext<DeployManagedDeployments> context) {
    if (failure != null) {
      throw new IllegalStateException("Parley was not deployed, see the first failure", failure);
    }
    if (deployed) {
      return;
    }
    deployed = true;
    try {
      context.proceed();
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  void undeploy(@Observes EventContext<UnDeployManagedDeployments> context) {
    if (ending) {
      context.proceed();
    }
  }

  /**
   * Comes before Arquillian stops the servers. Undeploying needs a class to belong to: this one.
   */
  void end(@Observes(precedence = 100) AfterSuite event) {
    ending = true;
    classContext.get().activate(SharedDeployment.class);
    try {
      if (scenario != null) {
        scenarioOfClass.set(scenario);
        containers.fire(new UnDeployManagedDeployments());
      }
    } finally {
      classContext.get().deactivate();
    }
  }
}
