package dev.parley.presence;

import dev.parley.cluster.UserKey;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * What each node says of its people, a row a person. A node writes no rows but its own, each time
 * with a higher version, so the others read what is new behind the last version that they know. The
 * rows of a node go with its registration. In SQL and in batches, because it follows every
 * connection that comes and goes. All calls block.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class PresenceStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /**
   * What a node says of a person since that version.
   *
   * @param statement null when the person is not there any more
   */
  public record Row(UserKey key, long version, @Nullable Statement statement) {}

  /** The nodes whose lease is not over, the same order for everybody. */
  public List<String> alive() {
    List<?> ids =
        em.createNativeQuery(
                "select node_id from node where lease_until > current_timestamp order by node_id",
                String.class)
            .getResultList();
    return ids.stream().map(String.class::cast).toList();
  }

  /** Replaces what the node says of these people; fails when it is not registered any more. */
  public void write(String node, List<Row> rows) {
    em.unwrap(Session.class).doWork(connection -> write(connection, node, rows));
  }

  private static void write(Connection connection, String node, List<Row> rows)
      throws SQLException {
    // Not an upsert, which the two databases spell differently.
    try (PreparedStatement delete =
            connection.prepareStatement(
                "delete from presence where node_id = ? and org = ? and user_id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into presence (node_id, org, user_id, version, gone, name, status, info,"
                    + " chosen_at, idle, devices, channels)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Row row : rows) {
        key(delete, node, row.key);
        delete.addBatch();
        key(insert, node, row.key);
        insert.setLong(4, row.version);
        StatementColumns.set(insert, 5, row.statement);
        insert.addBatch();
      }
      delete.executeBatch();
      insert.executeBatch();
    }
  }

  private static void key(PreparedStatement sql, String node, UserKey key) throws SQLException {
    sql.setString(1, node);
    sql.setString(2, key.org().value());
    sql.setString(3, key.user().value());
  }

  /** What the node has said behind this version, in its order, at most so many. */
  public List<Row> read(String node, long after, int limit) {
    return em.unwrap(Session.class)
        .doReturningWork(connection -> read(connection, node, after, limit));
  }

  private static List<Row> read(Connection connection, String node, long after, int limit)
      throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select org, user_id, version, gone, name, status, info, chosen_at, idle, devices,"
                + " channels from presence where node_id = ? and version > ? order by version"
                + " fetch first ? rows only")) {
      select.setString(1, node);
      select.setLong(2, after);
      select.setInt(3, limit);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          UserKey key = new UserKey(new OrgId(found.getString(1)), new UserId(found.getString(2)));
          rows.add(new Row(key, found.getLong(3), StatementColumns.get(found, 4)));
        }
      }
    }
    return rows;
  }

  /** Removes what says that somebody is gone, up to this version. */
  public void purge(String node, long version) {
    em.createNativeQuery(
            "delete from presence where node_id = :node and version <= :version and gone = true")
        .setParameter("node", node)
        .setParameter("version", version)
        .executeUpdate();
  }
}
