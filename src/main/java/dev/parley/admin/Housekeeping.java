package dev.parley.admin;

import dev.parley.platform.WorkerThreads;
import dev.parley.security.Tickets;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Removes what nobody will ask for any more. */
@ApplicationScoped
class Housekeeping {
  private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());

  @Inject Tickets tickets;
  @Inject WorkerThreads threads;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    Future<?> unused =
        threads.timer("housekeeping").scheduleWithFixedDelay(this::tidy, 1, 1, TimeUnit.MINUTES);
  }

  private void tidy() {
    try {
      int removed = tickets.removeExpired();
      LOG.log(Level.DEBUG, "{0} tickets had expired", removed);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Expired tickets stay until next time: {0}", e.toString());
    }
  }
}
