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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  /** Somebody who may be in conversations. */
  public record Person(OrgId org, UserId user) {}

  /** It is SQL because of the arrays: one statement, however many are asked for. */
  private static final String TALKING =
      """
      select asked.place
      from unnest(cast(:places as int array), cast(:orgs as varchar array),
          cast(:users as varchar array)) as asked(place, org, user_id)
      where exists (select 1 from direct_conversation d
          where d.org = asked.org and d.user_one = asked.user_id and d.active_at > :since)
        or exists (select 1 from direct_conversation d
          where d.org = asked.org and d.user_other = asked.user_id and d.active_at > :since)
      """;

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
   * What was found of the conversations whose rest has ended.
   *
   * @param missing how much of the time, up to now, was not looked at, because there were too many;
   *     zero when all was
   */
  public record Lately(List<DirectOpened> opened, Duration missing) {}

  /** Which of these have a conversation that goes on. */
  public Set<Person> talking(List<Person> people) {
    List<?> places =
        em.createNativeQuery(TALKING, Integer.class)
            .setParameter(
                "places", IntStream.range(0, people.size()).boxed().toArray(Integer[]::new))
            .setParameter(
                "orgs", people.stream().map(one -> one.org().value()).toArray(String[]::new))
            .setParameter(
                "users", people.stream().map(one -> one.user().value()).toArray(String[]::new))
            .setParameter("since", clock.instant().minus(settings.goingOn()))
            .getResultList();
    return places.stream().map(place -> people.get((Integer) place)).collect(Collectors.toSet());
  }

  /**
   * The conversations of a person that go on, the latest first and at most so many, and behind them
   * as many of those among these channels that do not.
   */
  public Collection<DirectOpened> of(
      OrgId org, UserId user, Collection<Long> channelIds, int limit) {
    List<Object[]> goingOn = new ArrayList<>();
    List<Object[]> named = new ArrayList<>();
    // One query for each column, because each has its index and one with "or" uses neither.
    for (String column : List.of("one", "other")) {
      String mine = "d.org = :org and d." + column + " = :user and ";
      goingOn.addAll(
          query(
              SELECT + mine + "d.activeAt > :since order by d.activeAt desc",
              Map.of("since", clock.instant().minus(settings.goingOn())),
              org,
              user,
              limit));
      if (!channelIds.isEmpty()) {
        named.addAll(
            query(
                SELECT + mine + "d.channelId in :ids",
                Map.of("ids", channelIds),
                org,
                user,
                limit));
      }
    }
    goingOn.sort(Comparator.comparing(DirectConversations::activeAt).reversed());
    Map<Long, DirectOpened> found = new LinkedHashMap<>();
    add(goingOn, limit, found);
    add(named, limit, found);
    return found.values();
  }

  private static void add(List<Object[]> rows, int limit, Map<Long, DirectOpened> found) {
    int most = found.size() + limit;
    for (Object[] row : rows) {
      if (found.size() < most) {
        DirectOpened one = opened(row);
        found.putIfAbsent(one.channelId(), one);
      }
    }
  }

  private static Instant activeAt(Object[] row) {
    return ((DirectConversation) row[0]).activeAt();
  }

  private List<Object[]> query(
      String text, Map<String, Object> parameters, OrgId org, UserId user, int limit) {
    var query =
        em.createQuery(text, Object[].class)
            .setParameter("org", org.value())
            .setParameter("user", user.value())
            .setMaxResults(limit);
    parameters.forEach(query::setParameter);
    return query.getResultList();
  }

  private static DirectOpened opened(Object[] row) {
    return opened((DirectConversation) row[0], (String) row[1]);
  }

  /**
   * Those, of every tenant, whose rest has ended within this time, in the order in which it did.
   */
  public Lately openedWithin(Duration time) {
    Instant now = clock.instant();
    Instant since = now.minus(time).minus(DirectSettings.SKEW);
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
        return new Lately(all, Duration.ZERO);
      }
      DirectConversation last = (DirectConversation) rows.get(PAGE - 1)[0];
      since = last.openedAt();
      after = last.channelId();
    }
    Duration missing = Duration.between(since, now);
    return new Lately(all, missing.isNegative() ? Duration.ZERO : missing);
  }
}
