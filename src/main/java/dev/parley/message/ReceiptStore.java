package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves watermarks, many in one transaction. A watermark never moves back, whatever comes in which
 * order from which node: its row is locked while it is compared. Rows are locked in the order of
 * their keys, so concurrent calls never deadlock.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class ReceiptStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Inject LogHeads heads;
  @Inject Ordinals ordinals;
  @Inject UnreadCounts unread;
  @Inject Clock clock;

  /**
   * Moves the watermarks of these people, each named once, and says of each what became of it. It
   * is all or nothing, and fails when another node has just made the first row of one of them: then
   * once more will do.
   */
  public List<Advanced> advance(List<Advance> advances) {
    long[] ids = advances.stream().mapToLong(one -> heads.idOf(one.channel())).toArray();
    Long[] channels = Arrays.stream(ids).boxed().distinct().toArray(Long[]::new);
    Map<Watermark.Key, Watermark> known = lock(channels, advances);
    Map<Long, LogHead> logs = ordinals.heads(channels);
    Map<Watermark.Key, Long> read = ordinals.of(advances, ids);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Advanced> results = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      Advance one = advances.get(i);
      LogHead log = Objects.requireNonNull(logs.get(ids[i]), "the channel has vanished");
      results.add(
          Math.max(one.delivered(), one.read()) > log.lastOffset()
              ? Advanced.rejected(
                  one, CommandRejected.badRequest("offset: is beyond the end of the channel"))
              : advance(one, log, known, read, now));
    }
    return results;
  }

  private Map<Watermark.Key, Watermark> lock(Long[] channels, List<Advance> advances) {
    Map<Watermark.Key, Watermark> known = new HashMap<>();
    em.createNamedQuery(Watermark.LOCK, Watermark.class)
        .setParameter("channels", channels)
        .setParameter(
            "users",
            advances.stream().map(one -> one.user().id()).distinct().toArray(String[]::new))
        .getResultList()
        .forEach(one -> known.put(one.key(), one));
    return known;
  }

  private Advanced advance(
      Advance advance,
      LogHead log,
      Map<Watermark.Key, Watermark> known,
      Map<Watermark.Key, Long> ordinalsRead,
      Instant now) {
    Watermark.Key key = new Watermark.Key(log.id(), advance.user().id());
    Watermark mark = known.get(key);
    if (mark == null) {
      mark = new Watermark(key);
      em.persist(mark);
    }
    boolean read = mark.read(advance.read(), ordinalsRead.getOrDefault(key, log.trimmedCount()));
    // What was seen was received.
    boolean delivered = mark.deliver(Math.max(advance.delivered(), advance.read()));
    if (read) {
      em.persist(new WatermarkStep(key, WatermarkStep.READ, mark.read(), now));
    }
    if (delivered) {
      em.persist(new WatermarkStep(key, WatermarkStep.DELIVERED, mark.delivered(), now));
    }
    // What was received in passing changes nothing about it.
    UnreadCounts.Unread left =
        read || advance.asked() ? unread.of(log.id(), advance.user().id()) : null;
    return new Advanced(advance, mark.delivered(), mark.read(), left, delivered, read, null);
  }
}
