package dev.parley.message;

import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.StreamPosition;
import jakarta.annotation.Resource;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The truth: stores messages under gapless offsets. One call is one transaction for any number of
 * messages of any number of channels, so what waits together is committed together (group commit).
 *
 * <p>Guarantees: when {@link #append} returns, its messages are committed; when it throws, none of
 * them is, except that a commit's outcome can be unknown after a lost connection ({@link
 * #appendUnlessStored} finds out). Channels are locked in the order of their ids, so concurrent
 * calls never deadlock.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class MessageLog {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Resource SessionContext context;

  @Inject LogHeads heads;
  @Inject Clock clock;
  @Inject Event<MessagePublished> published;
  @Inject Event<Mentioned> mentioned;
  @Inject ChangeStore changes;

  /**
   * Appends all of them, in their order, and answers each.
   *
   * @param beforeCommit is called when the writing begins: a failure before it has stored nothing,
   *     one after it may have
   */
  public List<Outcome> append(List<Append> appends, Runnable beforeCommit) {
    return append(appends, beforeCommit, false);
  }

  /** The same, but nothing is stored when one is refused: the last of the answers then says why. */
  public List<Outcome> appendAll(List<Append> appends, Runnable beforeCommit) {
    return append(appends, beforeCommit, true);
  }

  private List<Outcome> append(List<Append> appends, Runnable beforeCommit, boolean allOrNothing) {
    long[] channelIds =
        appends.stream().mapToLong(append -> heads.idOf(append.channel())).toArray();
    AppendRows rows = new AppendRows(em);
    Map<Long, LogHead> locked = rows.lock(Arrays.stream(channelIds).boxed().distinct().toList());
    AppendBatch batch = new AppendBatch(em, rows, changes, mentioned, locked, now());
    findKeys(appends, channelIds, batch);
    List<Outcome> outcomes = new ArrayList<>(appends.size());
    for (int i = 0; i < channelIds.length; i++) {
      Outcome outcome = batch.add(appends.get(i), channelIds[i]);
      outcomes.add(outcome);
      if (allOrNothing && outcome.rejected() != null) {
        context.setRollbackOnly();
        return outcomes;
      }
    }
    rows.write();
    if (!batch.stored().isEmpty()) {
      published.fire(new MessagePublished(batch.stored()));
      beforeCommit.run();
    }
    return outcomes;
  }

  /**
   * Appends all of them in the caller's transaction, so that they are there if and only if the rest
   * of it is; the heads of the channels are locked until then. The channels should be {@linkplain
   * LogChannels#prepare prepared}, and the caller must hold no channel's lock, or two such calls
   * could deadlock.
   */
  @TransactionAttribute(TransactionAttributeType.MANDATORY)
  public List<Outcome> appendWithin(List<Append> appends) {
    return append(appends, () -> {});
  }

  /** Appends one message, unless an earlier attempt whose outcome was unknown has stored it. */
  public Outcome appendUnlessStored(Append append, Runnable beforeCommit) {
    List<StoredMessage> stored =
        em.createQuery("select m from StoredMessage m where m.messageId = :id", StoredMessage.class)
            .setParameter("id", append.id().value())
            .getResultList();
    if (stored.isEmpty()) {
      return append(List.of(append), beforeCommit).get(0);
    }
    StoredMessage message = stored.get(0);
    LogHead head = em.find(LogHead.class, message.channelId());
    return Outcome.of(
        new Published(
            append.channel().name(),
            append.id(),
            new StreamPosition(head.epoch(), message.offset()),
            message.createdAt(),
            false));
  }

  private void findKeys(List<Append> appends, long[] channelIds, AppendBatch batch) {
    Set<String> hashes = new HashSet<>();
    for (int i = 0; i < channelIds.length; i++) {
      String hash = appends.get(i).keyHash(channelIds[i]);
      if (hash != null) {
        hashes.add(hash);
      }
    }
    if (!hashes.isEmpty()) {
      em.createNamedQuery(KeyRecord.FIND, KeyRecord.class)
          .setParameter("hashes", hashes.toArray(String[]::new))
          .getResultList()
          .forEach(batch::know);
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
