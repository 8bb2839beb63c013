package dev.parley.bench.load;

import dev.parley.bench.measure.Latencies;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The same tables without Parley: plain JDBC connections that lock a channel's row, insert and
 * commit. What the database alone can do on this machine is what the other figures are held
 * against.
 */
public final class JdbcAppends implements PublishLoad {
  private static final String CREATE =
      "insert into channel (org, name, namespace, epoch, first_offset, last_offset)"
          + " values ('alone', ?, 'room', 'epoch', 1, 0)";
  private static final String LOCK =
      "update channel set last_offset = last_offset + ? where id = ? returning last_offset";
  private static final String INSERT =
      "insert into message (channel_id, log_offset, message_id, event, data, user_id, user_name,"
          + " created_at) values (?, ?, ?, 'message', ?, 'user', 'User', ?)";

  private static final AtomicInteger CHANNELS = new AtomicInteger();

  private final String url;
  private final int connections;
  private final int batch;
  private final String data;
  private final List<Long> channels = new ArrayList<>();

  /**
   * @param batch messages of one transaction
   */
  public JdbcAppends(String url, int connections, int channels, int batch, int payload) {
    this.url = url + "?user=postgres&password=postgres&reWriteBatchedInserts=true";
    this.connections = connections;
    this.batch = batch;
    this.data = '"' + "x".repeat(Math.max(0, payload - 2)) + '"';
    try (Connection connection = DriverManager.getConnection(this.url);
        PreparedStatement create = connection.prepareStatement(CREATE, new String[] {"id"})) {
      for (int i = 0; i < channels; i++) {
        create.setString(1, "room:alone-" + CHANNELS.incrementAndGet());
        create.executeUpdate();
        try (ResultSet keys = create.getGeneratedKeys()) {
          keys.next();
          this.channels.add(keys.getLong(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Run run(long millis) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    long begin = System.nanoTime();
    long deadline = begin + millis * 1_000_000;
    try {
      List<Future<Latencies>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int first = i;
        running.add(threads.submit(() -> append(first, deadline)));
      }
      Latencies all = new Latencies();
      for (Future<Latencies> one : running) {
        all.add(one.get());
      }
      Run transactions = Run.of(all, 0, System.nanoTime() - begin);
      return new Run(
          transactions.published() * batch,
          0,
          transactions.seconds(),
          transactions.p50(),
          transactions.p99());
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Latencies append(int first, long deadline) throws SQLException {
    Latencies latencies = new Latencies();
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement lock = connection.prepareStatement(LOCK);
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      connection.setAutoCommit(false);
      for (int turn = first; System.nanoTime() < deadline; turn += connections) {
        long before = System.nanoTime();
        long channel = channels.get(turn % channels.size());
        insert(insert, channel, advance(lock, channel));
        connection.commit();
        latencies.record(System.nanoTime() - before);
      }
    }
    return latencies;
  }

  private long advance(PreparedStatement lock, long channel) throws SQLException {
    lock.setInt(1, batch);
    lock.setLong(2, channel);
    try (ResultSet result = lock.executeQuery()) {
      result.next();
      return result.getLong(1) - batch;
    }
  }

  private void insert(PreparedStatement insert, long channel, long offset) throws SQLException {
    for (int i = 1; i <= batch; i++) {
      insert.setLong(1, channel);
      insert.setLong(2, offset + i);
      insert.setObject(3, UUID.randomUUID());
      insert.setString(4, data);
      insert.setObject(5, OffsetDateTime.now(ZoneOffset.UTC));
      insert.addBatch();
    }
    insert.executeBatch();
  }

  @Override
  public void close() {
    // Each run closes its connections.
  }
}
