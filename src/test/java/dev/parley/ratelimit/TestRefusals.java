package dev.parley.ratelimit;

import dev.parley.security.AuditEvent;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/** Refusals without a container. */
final class TestRefusals {
  private TestRefusals() {}

  /** Counted here, and told nobody. */
  static Refusals in(MeterRegistry registry) {
    return in(registry, event -> {});
  }

  /** Counted here, and told this one. */
  static Refusals in(MeterRegistry registry, Consumer<AuditEvent> audit) {
    Refusals refusals = new Refusals();
    refusals.registry = registry;
    refusals.tell(audit);
    return refusals;
  }
}
