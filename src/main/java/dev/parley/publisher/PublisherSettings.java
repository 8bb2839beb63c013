package dev.parley.publisher;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * What the application says about itself. Each value is looked for as an environment entry of the
 * application ({@code java:comp/env/parley.publisher.url}), then as a system property ({@code
 * parley.publisher.url}), then as an environment variable ({@code PARLEY_PUBLISHER_URL}).
 */
// The names are the operator's, or fixed: no input reaches them.
@SuppressWarnings("BanJNDI")
@ApplicationScoped
class PublisherSettings {
  /** {@code parley.publisher.data-source}: JNDI name of the one that has the outbox table. */
  Optional<String> dataSource() {
    return value("parley.publisher.data-source");
  }

  /** {@code parley.publisher.url}: Parley's address, such as {@code http://host:8080/parley}. */
  Optional<String> url() {
    return value("parley.publisher.url");
  }

  /** {@code parley.publisher.token}: a token with the role {@code publisher}, for HTTP. */
  Optional<String> token() {
    return value("parley.publisher.token");
  }

  private static Optional<String> value(String name) {
    Optional<String> entry = environmentEntry(name);
    if (entry.isPresent()) {
      return entry;
    }
    String property = System.getProperty(name);
    String variable = name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    return Optional.ofNullable(property != null ? property : System.getenv(variable));
  }

  private static Optional<String> environmentEntry(String name) {
    try {
      return Optional.ofNullable(InitialContext.doLookup("java:comp/env/" + name));
    } catch (NamingException e) {
      return Optional.empty();
    }
  }
}
