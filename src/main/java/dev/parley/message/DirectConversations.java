package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserId;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of direct conversations. All calls block. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class DirectConversations {
  /** Rows of one query. */
  private static final int PAGE = 500;

  /** Pages of one look; more open together only when whole nodes come back at once. */
  private static final int PAGES = 20;

  private static final String SELECT =
      "select d, h.epoch from DirectConversation d, LogHead h where h.id = d.channelId and ";

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject Clock clock;
  @Inject DirectSettings settings;

  /**
   * Notes a message; the opening when it ends a rest, else null. Inside the transaction that
   * appends, which holds the lock of the head.
   *
   * @param pair null when it is not known: then only a conversation that is there already is noted
   */
  @TransactionAttribute(TransactionAttributeType.MANDATORY)
  public @Nullable DirectOpened spoken(
      long channelId, @Nullable DirectPair pair, StreamPosition position, Instant time) {
    DirectConversation known = em.find(DirectConversation.class, channelId);
    if (known == null) {
      if (pair == null) {
        return null;
      }
      known = new DirectConversation(channelId, pair);
      em.persist(known);
    }
    return known.spoken(position.offset(), time, settings.rest)
        ? opened(known, position.epoch())
        : null;
  }

  private static DirectOpened opened(DirectConversation one, String epoch) {
    return new DirectOpened(
        one.pair(), one.channelId(), new StreamPosition(epoch, one.openedOffset() - 1));
  }

  /**
   * The conversations of a person that go on, the latest first, and those among these channels that
   * do not.
   */
  public Collection<DirectOpened> of(
      OrgId org, UserId user, Collection<Long> channelIds, int limit) {
    Map<Long, DirectOpened> found = new LinkedHashMap<>();
    // One query for each column, because each has its index and one with "or" uses neither.
    for (String column : List.of("one", "other")) {
      String mine = "d.org = :org and d." + column + " = :user and ";
      query(
              SELECT + mine + "d.activeAt > :since order by d.activeAt desc",
              Map.of("since", clock.instant().minus(settings.goingOn())),
              org,
              user,
              limit)
          .forEach(one -> found.putIfAbsent(one.channelId(), one));
      if (!channelIds.isEmpty()) {
        query(SELECT + mine + "d.channelId in :ids", Map.of("ids", channelIds), org, user, limit)
            .forEach(one -> found.putIfAbsent(one.channelId(), one));
      }
    }
    return found.values();
  }

  private List<DirectOpened> query(
      String text, Map<String, Object> parameters, OrgId org, UserId user, int limit) {
    var query =
        em.createQuery(text, Object[].class)
            .setParameter("org", org.value())
            .setParameter("user", user.value())
            .setMaxResults(limit);
    parameters.forEach(query::setParameter);
    return query.getResultStream().map(DirectConversations::opened).toList();
  }

  private static DirectOpened opened(Object[] row) {
    return opened((DirectConversation) row[0], (String) row[1]);
  }

  /** All, of every tenant, whose rest has ended within this time. */
  public List<DirectOpened> openedWithin(Duration time) {
    Instant since = clock.instant().minus(time).minus(DirectSettings.SKEW);
    long after = 0;
    List<DirectOpened> all = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      List<Object[]> rows =
          em.createQuery(
                  SELECT
                      + "(d.openedAt > :since or (d.openedAt = :since and d.channelId > :after))"
                      + " order by d.openedAt, d.channelId",
                  Object[].class)
              .setParameter("since", since)
              .setParameter("after", after)
              .setMaxResults(PAGE)
              .getResultList();
      rows.forEach(row -> all.add(opened(row)));
      if (rows.size() < PAGE) {
        break;
      }
      DirectConversation last = (DirectConversation) rows.get(PAGE - 1)[0];
      since = last.openedAt();
      after = last.channelId();
    }
    return all;
  }
}
