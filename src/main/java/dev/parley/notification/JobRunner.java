package dev.parley.notification;

import dev.parley.notification.JobStore.Part;
import dev.parley.platform.WakingLoop;
import dev.parley.platform.WorkerThreads;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the calls that name many users, part by part, each in a transaction of its own. Every
 * node does it; a part is done once, whoever comes first. What a node has left undone another one
 * finds at its next look, or the node itself when it is back.
 */
@ApplicationScoped
class JobRunner {
  private static final System.Logger LOG = System.getLogger(JobRunner.class.getName());

  @Inject JobStore jobs;
  @Inject Targets targets;
  @Inject NotificationSettings settings;
  @Inject WorkerThreads threads;

  private volatile @Nullable WakingLoop loop;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    WakingLoop made = new WakingLoop(settings.poll, this::runAll);
    loop = made;
    threads.thread("notification-jobs", made).start();
  }

  /** Says that there is something to do. Any thread; never blocks. */
  void wake() {
    WakingLoop running = loop;
    if (running != null) {
      running.wake();
    }
  }

  private void runAll() {
    // One that cannot be stored must not hold up the others; it is tried again at the next look.
    Set<UUID> failed = new HashSet<>();
    // No job has the id zero, and the list must not be empty.
    failed.add(new UUID(0, 0));
    Part part = next(failed);
    while (part != null && !isStopped()) {
      run(part, failed);
      part = next(failed);
    }
  }

  private boolean isStopped() {
    WakingLoop running = loop;
    return running == null || running.isStopped();
  }

  private @Nullable Part next(Set<UUID> failed) {
    try {
      return jobs.next(failed);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Notifications wait until next time: {0}", e.toString());
      return null;
    }
  }

  private void run(Part part, Set<UUID> failed) {
    try {
      Targets.Of to = targets.of(part.org(), part.users(), part.urgent());
      jobs.carryOut(part, to.targets(), to.tenantInbox());
    } catch (RuntimeException e) {
      failed.add(part.jobId());
      LOG.log(Level.WARNING, "Notifications of job " + part.jobId() + " wait until next time", e);
    }
  }

  @PreDestroy
  void stop() {
    WakingLoop running = loop;
    if (running != null) {
      running.stop();
    }
  }
}
