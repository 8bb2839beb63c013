package dev.parley.message;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of direct conversations. */
@Dependent
public class DirectSettings {
  /** By how much the clocks of two nodes may differ. */
  static final Duration SKEW = Duration.ofSeconds(30);

  /**
   * {@code parley.direct.rest}: after so long without a message a conversation is at rest. All
   * connections of the two are in the conversations that go on; the next message of one at rest
   * brings them back into it.
   */
  public final Duration rest;

  @Inject
  DirectSettings(Settings settings) {
    rest = settings.duration("parley.direct.rest", Duration.ofMinutes(10));
  }

  /** How long ago the last message noted of a conversation may be that goes on, on any node. */
  Duration goingOn() {
    return rest.plus(SKEW);
  }
}
