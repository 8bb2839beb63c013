package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.OpenApiDocument.Example;
import dev.parley.OpenApiDocument.Operation;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.ParleyApi;
import dev.parley.security.ProblemServlet;
import dev.parley.testkit.BuildOutput;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the HTTP API says what the resources do: nothing more and nothing less. */
class OpenApiTest {
  private static final OpenApiDocument DOCUMENT =
      OpenApiDocument.read(
          BuildOutput.project().resolve("src/main/resources/META-INF/openapi.yaml"));
  private static final String API = ParleyApi.class.getAnnotation(ApplicationPath.class).value();

  /** Resources and servlets. Reading all classes takes a while, so it is done once. */
  private static final List<Class<?>> CLASSES = classes();

  @Test
  void theOperationsAreThoseOfTheResources() {
    assertThat(described(true)).isEqualTo(resources().keySet());
  }

  @Test
  void whatServletsAnswerIsDescribedToo() {
    Set<String> patterns =
        CLASSES.stream()
            .filter(type -> type.isAnnotationPresent(WebServlet.class))
            .filter(type -> type != ProblemServlet.class)
            .flatMap(type -> Arrays.stream(type.getAnnotation(WebServlet.class).value()))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> paths =
        described(false).stream()
            .map(operation -> operation.substring(operation.indexOf(' ') + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(paths)
        .allMatch(path -> patterns.stream().anyMatch(pattern -> matches(pattern, path)));
    assertThat(patterns)
        .allMatch(pattern -> paths.stream().anyMatch(path -> matches(pattern, path)));
  }

  private static boolean matches(String pattern, String path) {
    return pattern.endsWith("/*")
        ? path.startsWith(pattern.substring(0, pattern.length() - 1))
        : path.equals(pattern);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    assertThat(DOCUMENT.references())
        .allMatch(reference -> !DOCUMENT.at(reference.substring(1)).isMissingNode());
  }

  @Test
  void theErrorCodesAreThoseOfTheProtocol() {
    Set<String> described = new TreeSet<>();
    DOCUMENT
        .at("/components/schemas/Problem/properties/code/enum")
        .forEach(code -> described.add(code.asText()));
    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList());
  }

  @Test
  void aForgottenFieldIsFound() {
    JsonNode problem = DOCUMENT.at("/components/schemas/Problem");
    JsonNode ticket = DOCUMENT.at("/components/responses/BadRequest/content");
    assertThat(DOCUMENT.faults(problem, ticket)).isNotEmpty();
  }

  static Set<String> operations() {
    return DOCUMENT.operations().keySet();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anOperationHasASuccessAnErrorAndAnExample(String name) {
    Operation operation = operation(name);
    Set<String> statuses = new TreeSet<>();
    operation.node().path("responses").properties().forEach(one -> statuses.add(one.getKey()));
    assertThat(statuses).as("successes").anyMatch(status -> status.startsWith("2"));
    assertThat(statuses).as("errors").anyMatch(status -> status.compareTo("400") >= 0);
    assertThat(DOCUMENT.examples(name, operation)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anOperationIsDescribedCompletely(String name) {
    assertThat(DOCUMENT.gaps(operation(name), errors(name))).isEmpty();
  }

  /** What every call may be answered: the door and the database are before all of them. */
  private static Set<String> errors(String name) {
    boolean needsCredential = name.contains(" " + API + "/") && !name.contains("/dev/");
    if (!needsCredential) {
      return Set.of();
    }
    Set<String> errors = new TreeSet<>(Set.of("401", "403", "500", "503"));
    Operation operation = operation(name);
    if (operation.node().has("requestBody") || !operation.parameters().isEmpty()) {
      errors.add("400");
    }
    return errors;
  }

  @ParameterizedTest
  @MethodSource("operations")
  void itsExamplesHaveTheDescribedShape(String name) {
    for (Example example : DOCUMENT.examples(name, operation(name))) {
      assertThat(DOCUMENT.faults(example.schema(), example.value())).as(example.where()).isEmpty();
      if (example.value().has("code")) {
        assertThat(example.value().path("status").asText())
            .as(example.where())
            .isEqualTo(example.status());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void itsParametersAreThoseOfTheMethod(String name) {
    Method method = resources().get(name);
    if (method != null) {
      Set<String> described =
          operation(name).parameters().stream()
              .map(one -> one.path("in").asText() + " " + one.path("name").asText())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(described).isEqualTo(parameters(method));
    }
  }

  private static Set<String> parameters(Method method) {
    Set<String> found = new TreeSet<>();
    for (Annotation[] annotations : method.getParameterAnnotations()) {
      for (Annotation annotation : annotations) {
        if (annotation instanceof QueryParam query) {
          found.add("query " + query.value());
        } else if (annotation instanceof HeaderParam header) {
          found.add("header " + header.value());
        } else if (annotation instanceof PathParam path) {
          found.add("path " + path.value());
        }
      }
    }
    return found;
  }

  private static Operation operation(String name) {
    return DOCUMENT.operations().get(name);
  }

  private static Set<String> described(boolean api) {
    return operations().stream()
        .filter(name -> name.contains(" " + API + "/") == api)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The methods of all resources, by what they are in the description. */
  private static Map<String, Method> resources() {
    Map<String, Method> found = new TreeMap<>();
    CLASSES.stream()
        .filter(type -> type.isAnnotationPresent(Path.class))
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .forEach(method -> verbs(method).forEach(verb -> found.put(verb + path(method), method)));
    return found;
  }

  private static List<String> verbs(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null)
        .map(verb -> verb.value() + " ")
        .toList();
  }

  private static String path(Method method) {
    Path ofMethod = method.getAnnotation(Path.class);
    String ofType = method.getDeclaringClass().getAnnotation(Path.class).value();
    return API + ofType + (ofMethod == null ? "" : ofMethod.value());
  }

  private static List<Class<?>> classes() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.parley")
            .stream()
            .filter(
                type -> type.isAnnotatedWith(Path.class) || type.isAnnotatedWith(WebServlet.class))
            .<Class<?>>map(JavaClass::reflect)
            .toList();
  }
}
