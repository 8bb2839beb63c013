package dev.parley.connection;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.ChannelPolicyChanged;
import dev.parley.platform.WorkerThreads;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Lets open subscriptions be decided anew when the application says that its rules have changed,
 * and now and then when it does not say so. Any thread; never blocks.
 */
@ApplicationScoped
class PolicyWatch {
  static final String NOT_ALLOWED = "the rules do not allow to receive its messages any more";

  /** Finds what was joined while a change was told, and what nobody has told. */
  private static final long REVIEW_SECONDS = 30;

  @Inject Connections connections;
  @Inject ChannelPolicy policy;
  @Inject WorkerThreads threads;

  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    if (policy.hasRulesOfTheApplication()) {
      Future<?> unused =
          threads
              .timer("policy-review")
              .scheduleWithFixedDelay(
                  () -> review(ChannelPolicyChanged.EVERYWHERE),
                  REVIEW_SECONDS,
                  REVIEW_SECONDS,
                  TimeUnit.SECONDS);
    }
  }

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChannelPolicyChanged change) {
    review(change);
  }

  /** Lets the open subscriptions of those whom it concerns be decided anew. */
  void review(ChannelPolicyChanged change) {
    for (Connection connection : connections.all()) {
      Caller caller = connection.caller();
      if (caller != null && change.concerns(caller.org(), caller.user())) {
        connection.review(caller, NOT_ALLOWED);
      }
    }
  }
}
