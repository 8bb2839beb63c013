package dev.parley;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.Executors;

/** The rooms of the house: which package may use which, and what none of them does. */
@AnalyzeClasses(
    packages = "dev.parley",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeLauncher.class
    })
class ArchitectureTest {

  private static final Set<String> FEATURES =
      Set.of("notification", "document", "livelist", "changefeed");

  /** Each package and those that it may use. */
  private static final Map<String, Set<String>> MAY_USE = mayUse();

  private static Map<String, Set<String>> mayUse() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    table.put("protocol", Set.of());
    table.put("platform", Set.of());
    for (String side : List.of("security", "cluster")) {
      table.put(side, Set.of("protocol", "platform"));
    }
    // It limits callers, and nodes share what is left
    table.put("ratelimit", Set.copyOf(table.keySet()));
    for (String storey : List.of("channel", "message", "delivery", "presence")) {
      table.put(storey, Set.copyOf(table.keySet()));
    }
    // What happens reaches it by the event of the security package
    table.put("audit", Set.of("protocol", "platform", "security"));
    Set<String> deliveryAndBelow = new LinkedHashSet<>(table.keySet());
    deliveryAndBelow.removeAll(Set.of("presence", "audit"));
    for (String feature : FEATURES) {
      table.put(feature, deliveryAndBelow);
    }
    // It finds the features' handlers by the type of the command
    table.put("connection", deliveryAndBelow);
    Set<String> andNotifications = new LinkedHashSet<>(deliveryAndBelow);
    andNotifications.add("notification");
    table.put("outbox", andNotifications);
    table.put("admin", Set.copyOf(table.keySet()));
    // In a jar of its own, in other applications
    table.put("publisher", Set.of());
    return table;
  }

  @ArchTest
  static final ArchRule packagesUseOnlyWhatTheyMay =
      CompositeArchRule.of(
          MAY_USE.keySet().stream().map(ArchitectureTest::usesOnlyWhatItMay).toList());

  private static ArchRule usesOnlyWhatItMay(String name) {
    String[] others =
        MAY_USE.keySet().stream()
            .filter(other -> !other.equals(name) && !MAY_USE.get(name).contains(other))
            .map(ArchitectureTest::inside)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(inside(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  @ArchTest
  static final ArchRule everyPackageHasItsPlace =
      classes()
          .should()
          .resideInAnyPackage(
              MAY_USE.keySet().stream().map(ArchitectureTest::inside).toArray(String[]::new))
          .orShould()
          .resideInAPackage("dev.parley")
          .because("a new package belongs into the table of this test and of docs/building.md");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.parley.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule thePublisherNeedsJakartaEeOnly =
      classes()
          .that()
          .resideInAPackage(inside("publisher"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              inside("publisher"),
              "java..",
              "javax.naming..",
              "javax.sql..",
              "jakarta..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule protocolIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage(inside("protocol"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "org.eclipse.microprofile..", "org.hibernate..");

  @ArchTest
  static final ArchRule serverSpecificTypesStayWhereTheyAreOptional =
      noClasses()
          .that()
          .resideOutsideOfPackages(inside("connection"), inside("platform"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.glassfish..", "fish.payara..", "com.sun..");

  @ArchTest
  static final ArchRule endpointsLoadOnEveryServer =
      noClasses()
          .that()
          .areAnnotatedWith(ServerEndpoint.class)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.glassfish..", "fish.payara..", "com.sun..");

  @ArchTest
  static final ArchRule nobodyWritesToTheConsole =
      noClasses()
          // A program for the command line
          .that()
          .doNotHaveSimpleName("VerifyAudit")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule loggingIsSystemLogger =
      noClasses()
          // The interface DataSource has a method that answers a Logger
          .that()
          .doNotHaveSimpleName("ParleyDataSource")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..",
              "org.slf4j..",
              "org.jboss.logging..",
              "org.apache.commons.logging..");

  @ArchTest
  static final ArchRule nobodySleeps = noClasses().should().callMethodWhere(threadSleep());

  @ArchTest
  static final ArchRule threadsComeFromTheServer =
      noClasses()
          .should()
          .callConstructorWhere(target(owner(assignableTo(Thread.class))))
          .orShould()
          .callConstructorWhere(target(owner(assignableTo(Timer.class))))
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Executors.class)
          .because(
              "the server's threads know the application, and the platform package names them");

  @ArchTest
  static final ArchRule timeComesFromTheClock =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .because("a test must be able to set the time; System.nanoTime is for deadlines");

  @ArchTest
  static final ArchRule clockAndIdsAreInjected =
      noClasses()
          .that()
          .resideOutsideOfPackages(inside("platform"), inside("publisher"))
          .should()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(UUID.class, "randomUUID");

  private static DescribedPredicate<JavaMethodCall> threadSleep() {
    return DescribedPredicate.describe(
        "Thread.sleep",
        call ->
            call.getTargetOwner().isEquivalentTo(Thread.class)
                && call.getTarget().getName().equals("sleep"));
  }

  private static String inside(String name) {
    return "dev.parley." + name + "..";
  }

  /** The launcher is a program of its own outside the server. */
  static final class DoNotIncludeLauncher implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/dev/parley/launcher/");
    }
  }
}
