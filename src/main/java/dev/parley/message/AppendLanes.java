package dev.parley.message;

import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ServerFrame.Published;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** The few threads that append, each with its lane. Any thread may offer. */
@ApplicationScoped
class AppendLanes {
  @Inject MessageLog log;
  @Inject MessageSettings settings;
  @Inject Failures failures;
  @Inject WorkerThreads threads;

  private final List<AppendLane> lanes = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();

  @PostConstruct
  void start() {
    for (int i = 0; i < settings.lanes; i++) {
      AppendLane lane = new AppendLane(log, failures, settings);
      lanes.add(lane);
      threads.thread("append", lane::loop).start();
    }
  }

  /**
   * Makes the threads with the application, in its own contexts; see {@link WorkerThreads#pool}.
   */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    // Being called is enough: the bean exists now.
  }

  /** Completes after the commit, or with the rejection. */
  CompletionStage<Published> append(Append append) {
    int lane = Math.floorMod(append.channel().hashCode(), lanes.size());
    // Before the offer, so that nobody sees none while one is on its way.
    underWay.incrementAndGet();
    try {
      return lanes
          .get(lane)
          .offer(append)
          .whenComplete((published, failure) -> underWay.decrementAndGet());
    } catch (RuntimeException e) {
      underWay.decrementAndGet();
      throw e;
    }
  }

  /** How many were accepted and are not answered yet. */
  int underWay() {
    return underWay.get();
  }

  @PreDestroy
  void stop() {
    lanes.forEach(AppendLane::stop);
  }
}
