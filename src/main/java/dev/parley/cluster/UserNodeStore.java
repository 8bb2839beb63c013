package dev.parley.cluster;

import dev.parley.protocol.OrgId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.hibernate.Session;

/**
 * The table of {@link UserNodes}. In SQL and in batches, because it follows every connection that
 * comes and goes. A node writes no rows but its own, so nodes never wait for each other here. All
 * calls block.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class UserNodeStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Notes how many connections of each user the node holds now; none removes the row. */
  public void write(String node, SortedMap<UserKey, Integer> counts) {
    em.unwrap(Session.class).doWork(connection -> write(connection, node, counts));
  }

  private static void write(Connection connection, String node, Map<UserKey, Integer> counts)
      throws SQLException {
    // Not an upsert, which the two databases spell differently.
    try (PreparedStatement delete =
            connection.prepareStatement(
                "delete from user_node where org = ? and user_id = ? and node_id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into user_node (org, user_id, node_id, connections) values (?, ?, ?, ?)")) {
      for (Map.Entry<UserKey, Integer> entry : counts.entrySet()) {
        key(delete, entry.getKey(), node);
        delete.addBatch();
        if (entry.getValue() > 0) {
          key(insert, entry.getKey(), node);
          insert.setInt(4, entry.getValue());
          insert.addBatch();
        }
      }
      delete.executeBatch();
      insert.executeBatch();
    }
  }

  private static void key(PreparedStatement statement, UserKey key, String node)
      throws SQLException {
    statement.setString(1, key.org().value());
    statement.setString(2, key.user().value());
    statement.setString(3, node);
  }

  /** Removes all rows of a node. */
  public void clear(String node) {
    em.createNativeQuery("delete from user_node where node_id = :id")
        .setParameter("id", node)
        .executeUpdate();
  }

  /** How many connections of each of these tenants other nodes with a valid lease hold. */
  public Map<OrgId, Integer> elsewhere(String node, Set<OrgId> orgs) {
    List<?> rows =
        em.createNativeQuery(
                "select u.org, sum(u.connections) from user_node u"
                    + " join node n on n.node_id = u.node_id"
                    + " where u.org in (:orgs) and u.node_id <> :node"
                    + " and n.lease_until > current_timestamp group by u.org")
            .setParameter("orgs", orgs.stream().map(OrgId::value).toList())
            .setParameter("node", node)
            .getResultList();
    return rows.stream()
        .map(Object[].class::cast)
        .collect(
            Collectors.toUnmodifiableMap(
                row -> new OrgId((String) row[0]), row -> ((Number) row[1]).intValue()));
  }

  /** The nodes with a valid lease that hold connections of this user. */
  public Set<String> of(UserKey key) {
    List<?> ids =
        em.createNativeQuery(
                "select u.node_id from user_node u join node n on n.node_id = u.node_id"
                    + " where u.org = :org and u.user_id = :user"
                    + " and n.lease_until > current_timestamp",
                String.class)
            .setParameter("org", key.org().value())
            .setParameter("user", key.user().value())
            .getResultList();
    return ids.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet());
  }
}
