package dev.parley.message;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.Session;

/** Fills the tables with more than a test could publish, and asks the database how it answers. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class ConversationFill {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** A room of {@code user} with so many messages, of which the user has read all but ten. */
  public long room(String org, String user, int number, int messages) {
    String room = "fill-" + org + "-" + number;
    run(
        "insert into room (org, room_id, title, visibility, archived, members, access_version,"
            + " created_at) values (:org, :room, :room, 'PRIVATE', false, 1, 1, current_timestamp)",
        Map.of("org", org, "room", room));
    run(
        "insert into room_member (room, user_id, org, role, joined_at)"
            + " select id, :user, org, 'MEMBER', current_timestamp from room"
            + " where org = :org and room_id = :room",
        Map.of("org", org, "room", room, "user", user));
    run(
        "insert into channel (org, name, namespace, epoch, first_offset, last_offset,"
            + " message_count, last_message_offset, last_message_at)"
            + " values (:org, :name, 'room', 'e', 1, :n, :n, :n, current_timestamp)",
        Map.of("org", org, "name", "room:" + room, "n", (long) messages));
    Number id =
        (Number)
            query(
                    "select id from channel where org = :org and name = :name",
                    Map.of("org", org, "name", "room:" + room))
                .getSingleResult();
    boolean h2 = isH2();
    run(
        "insert into message (channel_id, log_offset, message_id, event, data, user_id, created_at,"
            + " kind, ordinal) select :id, n, "
            + (h2 ? "random_uuid()" : "gen_random_uuid()")
            + ", 'message', '\"text\"', concat('u', mod(n, 7)), current_timestamp, 0, n from "
            + (h2 ? "(select x as n from system_range(1, :n)) s" : "generate_series(1, :n) n"),
        Map.of("id", id.longValue(), "n", (long) messages));
    run(
        "insert into receipt (channel_id, user_id, delivered_offset, read_offset, read_ordinal)"
            + " values (:id, :user, :n, :n, :n)",
        Map.of("id", id.longValue(), "user", user, "n", Math.max(0L, messages - 10L)));
    return id.longValue();
  }

  /** What the planner wants to know of the new rows. */
  public void analyze() {
    run("analyze", Map.of());
  }

  /** How the database carries the query out. */
  public String plan(String sql, Map<String, Object> parameters) {
    List<?> lines = query("explain analyze " + sql, parameters).getResultList();
    return lines.stream().map(String::valueOf).collect(Collectors.joining("\n"));
  }

  private boolean isH2() {
    return em.unwrap(Session.class)
        .doReturningWork(
            connection -> connection.getMetaData().getDatabaseProductName().equals("H2"));
  }

  private void run(String sql, Map<String, Object> parameters) {
    query(sql, parameters).executeUpdate();
  }

  private Query query(String sql, Map<String, Object> parameters) {
    Query query = em.createNativeQuery(sql);
    parameters.forEach(query::setParameter);
    return query;
  }
}
