package dev.parley.testkit.arquillian;

import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.ParleyTest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jboss.arquillian.container.spi.client.deployment.DeploymentDescription;
import org.jboss.arquillian.container.spi.client.deployment.DeploymentTargetDescription;
import org.jboss.arquillian.container.test.spi.client.deployment.DeploymentScenarioGenerator;
import org.jboss.arquillian.test.spi.TestClass;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What is deployed for a {@link ParleyTest}: the real WAR plus the test classes. */
public final class ParleyDeployment implements DeploymentScenarioGenerator {

  private static final Path TEST_CLASSES = BuildOutput.target().resolve("test-classes");

  @Override
  public List<DeploymentDescription> generate(TestClass testClass) {
    if (!testClass.isAnnotationPresent(ParleyTest.class)) {
      return List.of();
    }
    DeploymentDescription deployment =
        new DeploymentDescription(DeploymentTargetDescription.DEFAULT.getName(), war());
    deployment.shouldBeTestable(true);
    deployment.shouldBeManaged(true);
    return List.of(deployment);
  }

  private static WebArchive war() {
    WebArchive war = ShrinkWrap.createFromZipFile(WebArchive.class, BuildOutput.war().toFile());
    try (Stream<Path> files = Files.walk(TEST_CLASSES)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> TEST_CLASSES.relativize(file).toString().replace(File.separatorChar, '/'))
          .filter(ParleyDeployment::runsInside)
          .forEach(name -> war.addAsResource(TEST_CLASSES.resolve(name).toFile(), name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    war.addAsLibrary(BuildOutput.target().resolve("parley-publisher.jar").toFile());
    return war.addAsLibrary(jarOf(Assertions.class));
  }

  /** What runs outside only would bring libraries that the WAR does not have. */
  static boolean runsInside(String file) {
    return file.startsWith("dev/parley/")
        && !file.startsWith("dev/parley/testkit/arquillian/")
        && (!file.matches(".*(Test|ST)(\\$.*)?\\.class") || isAnnotation(file));
  }

  /** As {@link ParleyTest}, whose name is that of a unit test only by chance. */
  private static boolean isAnnotation(String file) {
    String name = file.replace(".class", "").replace('/', '.');
    try {
      return Class.forName(name, false, ParleyDeployment.class.getClassLoader()).isAnnotation();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static File jarOf(Class<?> type) {
    try {
      return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot find the library of " + type, e);
    }
  }
}
