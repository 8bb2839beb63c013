package dev.parley.notification;

import dev.parley.message.Times;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the notifications that were kept for a legal hold when their owners removed them. For
 * operators: nobody else learns that they are kept. Blocks on the database.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class RemovedNotifications {
  /** The id as text, because the drivers have different types for it. */
  private static final String PAGE =
"""
select k.inbox_id, k.item_number, cast(k.id as varchar(36)) as id, i.user_id, k.kind, k.data, k.sender_id,
  k.sender_name, k.created_at
from held_notification k join inbox i on i.id = k.inbox_id
where i.org = :org and (k.inbox_id, k.item_number) > (:inbox, :number)
  and (:user = '' or i.user_id = :user)
order by k.inbox_id, k.item_number
""";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Where one stands among all; a page goes on behind it. */
  public record At(long inbox, long number) {}

  /** One that its owner has removed. */
  public record Removed(
      At at,
      UUID id,
      String user,
      String kind,
      JsonText data,
      String sender,
      @Nullable String senderName,
      Instant time) {}

  /**
   * A page, in the order of the inboxes and their numbers.
   *
   * @param user whose; null for all
   */
  public List<Removed> page(OrgId org, @Nullable UserId user, At after, int limit) {
    List<?> rows =
        em.createNativeQuery(PAGE)
            .setParameter("org", org.value())
            .setParameter("user", user == null ? "" : user.value())
            .setParameter("inbox", after.inbox())
            .setParameter("number", after.number())
            .setMaxResults(limit)
            .getResultList();
    return rows.stream().map(row -> removed((Object[]) row)).toList();
  }

  private static Removed removed(Object[] row) {
    return new Removed(
        new At(((Number) row[0]).longValue(), ((Number) row[1]).longValue()),
        UUID.fromString((String) row[2]),
        (String) row[3],
        (String) row[4],
        new JsonText((String) row[5]),
        (String) row[6],
        (String) row[7],
        Objects.requireNonNull(Times.of(row[8])));
  }
}
