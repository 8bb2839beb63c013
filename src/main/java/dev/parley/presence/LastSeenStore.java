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
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.hibernate.Session;

/** When those who are offline were here last: a row a person, for as long as it is kept. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class LastSeenStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Notes these; fails when another node notes one of them for the first time just now. Blocks. */
  public void write(SortedMap<UserKey, Instant> seen) {
    em.unwrap(Session.class).doWork(connection -> write(connection, seen));
  }

  private static void write(Connection connection, Map<UserKey, Instant> seen) throws SQLException {
    try (PreparedStatement update =
            connection.prepareStatement(
                "update presence_seen set last_seen = ? where org = ? and user_id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into presence_seen (last_seen, org, user_id) values (?, ?, ?)")) {
      for (Map.Entry<UserKey, Instant> entry : seen.entrySet()) {
        set(update, entry.getKey(), entry.getValue());
        if (update.executeUpdate() == 0) {
          set(insert, entry.getKey(), entry.getValue());
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }

  private static void set(PreparedStatement sql, UserKey key, Instant time) throws SQLException {
    sql.setObject(1, time.atOffset(ZoneOffset.UTC));
    sql.setString(2, key.org().value());
    sql.setString(3, key.user().value());
  }

  /** When these people of one tenant were last seen, as far as that is known. Blocks. */
  public Map<UserId, Instant> read(OrgId org, Collection<UserId> users) {
    List<?> rows =
        em.createNativeQuery(
                "select user_id, last_seen from presence_seen"
                    + " where org = :org and user_id in (:users)")
            .setParameter("org", org.value())
            .setParameter("users", users.stream().map(UserId::value).toList())
            .setMaxResults(users.size())
            .getResultList();
    Map<UserId, Instant> seen = new HashMap<>();
    for (Object row : rows) {
      Object[] columns = (Object[]) row;
      seen.put(new UserId((String) columns[0]), instant(columns[1]));
    }
    return seen;
  }

  /** Drivers and Hibernate's dialects do not agree about the type of a time. */
  private static Instant instant(Object column) {
    if (column instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    }
    return column instanceof OffsetDateTime time ? time.toInstant() : (Instant) column;
  }

  /** Forgets who was last seen before. Blocks. */
  public int forget(Instant before) {
    return em.createNativeQuery("delete from presence_seen where last_seen < :before")
        .setParameter("before", before)
        .executeUpdate();
  }
}
