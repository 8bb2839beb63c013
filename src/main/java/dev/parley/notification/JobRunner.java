package dev.parley.notification;

import dev.parley.notification.JobStore.Part;
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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the calls that name many users, part by part, each in a transaction of its own. Every
 * node does it; a part is done once, whoever comes first. What a node has left undone another one
 * finds at its next look, or the node itself when it is back.
 */
@ApplicationScoped
class JobRunner {
  private static final System.Logger LOG = System.getLogger(JobRunner.class.getName());

  /** How often an idle runner looks whether it should end. */
  private static final long STOP_CHECK_MS = 500;

  @Inject JobStore jobs;
  @Inject Targets targets;
  @Inject NotificationSettings settings;
  @Inject WorkerThreads threads;

  private final BlockingQueue<Boolean> calls = new ArrayBlockingQueue<>(1);
  private volatile boolean stopped;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    threads.thread("notification-jobs", this::loop).start();
  }

  /** Says that there is something to do. Any thread; never blocks. */
  void wake() {
    boolean first = calls.offer(true);
    LOG.log(Level.TRACE, "Woken: {0}", first);
  }

  private void loop() {
    long looked = System.nanoTime();
    try {
      while (!stopped) {
        boolean woken = calls.poll(STOP_CHECK_MS, TimeUnit.MILLISECONDS) != null;
        if (woken || System.nanoTime() - looked > settings.poll.toNanos()) {
          runAll();
          looked = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void runAll() {
    // One that cannot be stored must not hold up the others; it is tried again at the next look.
    Set<UUID> failed = new HashSet<>();
    // No job has the id zero, and the list must not be empty.
    failed.add(new UUID(0, 0));
    Part part = next(failed);
    while (part != null && !stopped) {
      run(part, failed);
      part = next(failed);
    }
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

  /** Not by an interrupt, which the embedded database answers by closing its file. */
  @PreDestroy
  void stop() {
    stopped = true;
  }
}
