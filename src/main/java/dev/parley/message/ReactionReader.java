package dev.parley.message;

import dev.parley.protocol.Marks.Count;
import dev.parley.protocol.Marks.Reactions;
import dev.parley.protocol.Reaction;
import dev.parley.protocol.UserRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads who has reacted to the messages of a page. Inside a reader's transaction. */
@ApplicationScoped
class ReactionReader {
  /** People who are named for one reaction; all others are only counted. */
  static final int MAX_USERS = 10;

  /**
   * One statement, because only what one statement sees belongs together: the offset says up to
   * which change the counts go. The page's messages have their reactions side by side in the
   * table's primary key.
   */
  private static final String QUERY =
      """
      select m.log_offset, m.reacted_offset, r.reaction, r.user_id, r.user_name, r.n
      from message m left join (
        select log_offset, reaction, user_id, user_name, change_offset,
          count(*) over (partition by log_offset, reaction) as n,
          row_number() over (partition by log_offset, reaction order by change_offset) as place
        from reaction where channel_id = :channel and log_offset in (:offsets)
      ) r on r.log_offset = m.log_offset and (r.place <= :users or r.user_id = :me)
      where m.channel_id = :channel and m.log_offset in (:offsets)
        and m.reacted_offset is not null
      order by m.log_offset, r.reaction, r.change_offset
      """;

  @PersistenceContext(unitName = "parley")
  EntityManager em;

  private record Key(long message, String reaction) {}

  /** The reactions of those of these messages that ever had any, for {@code me} to see. */
  Map<Long, Reactions> of(long channelId, List<Long> offsets, String me) {
    Map<Long, Long> ends = new LinkedHashMap<>();
    Map<Key, Seen> seen = new LinkedHashMap<>();
    for (Object found :
        em.createNativeQuery(QUERY)
            .setParameter("channel", channelId)
            .setParameter("offsets", offsets)
            .setParameter("users", MAX_USERS)
            .setParameter("me", me)
            .getResultList()) {
      Object[] row = (Object[]) found;
      long message = ((Number) row[0]).longValue();
      ends.put(message, ((Number) row[1]).longValue());
      if (row[2] != null) {
        seen.computeIfAbsent(new Key(message, (String) row[2]), key -> new Seen())
            .add((String) row[3], (String) row[4], ((Number) row[5]).longValue(), me);
      }
    }
    Map<Long, List<Count>> counts = new HashMap<>();
    seen.forEach(
        (key, one) ->
            counts
                .computeIfAbsent(key.message, message -> new ArrayList<>())
                .add(one.count(new Reaction(key.reaction))));
    Map<Long, Reactions> reactions = new HashMap<>();
    ends.forEach(
        (message, end) ->
            reactions.put(
                message,
                new Reactions(end, Objects.requireNonNullElse(counts.get(message), List.of()))));
    return reactions;
  }

  private static final class Seen {
    private final List<UserRef> users = new ArrayList<>();
    private long count;
    private boolean mine;

    void add(String user, @Nullable String name, long all, String me) {
      count = all;
      mine |= user.equals(me);
      if (users.size() < MAX_USERS) {
        users.add(new UserRef(user, name));
      }
    }

    Count count(Reaction reaction) {
      return new Count(reaction, count, mine, users);
    }
  }
}
