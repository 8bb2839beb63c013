package dev.parley.delivery;

import dev.parley.platform.WorkerThreads;
import dev.parley.ratelimit.TenantSettings;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The few dispatchers of a node; connections are dealt out to them in turn. */
@ApplicationScoped
class Dispatchers {
  @Inject DeliverySettings settings;
  @Inject DeliveryMetrics metrics;
  @Inject WorkerThreads threads;
  @Inject TenantSettings tenants;

  private final List<Dispatcher> all = new ArrayList<>();
  private final List<Thread> running = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  @PostConstruct
  void start() {
    for (int i = 0; i < settings.dispatchers; i++) {
      Dispatcher dispatcher = new Dispatcher(metrics.meter(), org -> tenants.of(org).weight());
      all.add(dispatcher);
      Thread thread = threads.thread("dispatch", dispatcher::loop);
      running.add(thread);
      thread.start();
    }
  }

  /**
   * Makes the threads with the application, in its own contexts; see {@link WorkerThreads#pool}.
   */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    // Being called is enough: the bean exists now.
  }

  List<Dispatcher> all() {
    return all;
  }

  Dispatcher next() {
    return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
  }

  @PreDestroy
  void stop() {
    running.forEach(Thread::interrupt);
  }
}
