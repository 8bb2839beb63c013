package dev.parley.outbox;

import dev.parley.platform.WakingLoop;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.CommandRejected;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what applications have recorded into the log, in the order of the rows, one batch at a
 * time. A row is removed after its message is stored, and its key keeps it from being stored twice,
 * so what was committed is delivered once whenever a node dies. Of several nodes, one at a time
 * does it.
 */
@ApplicationScoped
class OutboxRelay {
  private static final System.Logger LOG = System.getLogger(OutboxRelay.class.getName());

  @Inject OutboxSettings settings;
  @Inject OutboxConnections connections;
  @Inject OutboxCalls calls;
  @Inject WakeName wakeName;
  @Inject WorkerThreads threads;
  @Inject MeterRegistry registry;
  @Inject Clock clock;

  private volatile @Nullable WakingLoop loop;
  private volatile @Nullable Instant oldest;
  private boolean failing;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    if (!settings.isConfigured()) {
      return;
    }
    WakingLoop made = new WakingLoop(settings.poll, this::round);
    loop = made;
    registry.gauge("parley.outbox.lag.seconds", this, OutboxRelay::lag);
    wakeName.bind(made::wake);
    threads.thread("outbox", made).start();
  }

  /** Seconds since the oldest call that waits was recorded. */
  private double lag() {
    Instant since = oldest;
    return since == null
        ? 0
        : Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1e3);
  }

  private void round() {
    try {
      boolean more = true;
      while (more && !isStopped()) {
        more = take();
      }
      failing = false;
    } catch (SQLException | RuntimeException e) {
      // Once, until it works again: a look comes every second.
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "The outbox waits: {0}", e.toString());
      failing = true;
    }
  }

  private boolean isStopped() {
    WakingLoop running = loop;
    return running == null || running.isStopped();
  }

  /** One batch; true when there may be more. */
  boolean take() throws SQLException {
    try (Connection connection = connections.open()) {
      try {
        boolean more = take(new OutboxTable(connection));
        connection.commit();
        return more;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private boolean take(OutboxTable table) throws SQLException {
    if (!table.lock()) {
      oldest = null;
      return false;
    }
    List<OutboxRow> rows = table.next(settings.batch);
    oldest = rows.isEmpty() ? null : rows.get(0).time();
    if (rows.isEmpty()) {
      return false;
    }
    Map<OutboxRow, Optional<CommandRejected>> done = calls.carryOut(rows);
    List<OutboxRow> stored = new ArrayList<>(rows.size());
    for (Map.Entry<OutboxRow, Optional<CommandRejected>> one : done.entrySet()) {
      if (one.getValue().isPresent()) {
        refuse(table, one.getKey(), one.getValue().get());
      } else {
        stored.add(one.getKey());
      }
    }
    table.remove(stored);
    return done.size() == rows.size();
  }

  private static void refuse(OutboxTable table, OutboxRow row, CommandRejected rejected)
      throws SQLException {
    String reason = rejected.code().code() + ": " + rejected.getMessage();
    LOG.log(Level.WARNING, "Call {0} of the outbox is put aside: {1}", row.key(), reason);
    table.refuse(row, reason);
  }

  @PreDestroy
  void stop() {
    WakingLoop running = loop;
    if (running != null) {
      wakeName.unbind();
      running.stop();
    }
  }
}
