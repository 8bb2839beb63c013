package dev.parley.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;

/** The clock that everything uses, so that a test can put another in its place. */
@ApplicationScoped
class ClockProducer {
  @Produces
  Clock clock() {
    return Clock.systemUTC();
  }
}
