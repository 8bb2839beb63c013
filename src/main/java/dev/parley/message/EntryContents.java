package dev.parley.message;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.ServerFrame.MessagePush;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Turns entries of the log into their pushes. New content stands with the message and not with the
 * entry that brought it, so a page with updates costs one query more, and no other does. Inside a
 * reader's transaction.
 */
@ApplicationScoped
class EntryContents {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** The pushes of these entries of one channel, in their order. */
  List<MessagePush> pushes(ChannelName channel, LogHead head, List<StoredMessage> entries) {
    List<Long> targets =
        entries.stream()
            .filter(entry -> entry.kind() == EntryKind.UPDATE)
            .map(entry -> Objects.requireNonNull(entry.targetOffset()))
            .distinct()
            .toList();
    Map<Long, JsonText> contents = targets.isEmpty() ? Map.of() : contents(head.id(), targets);
    return entries.stream().map(entry -> push(channel, head.epoch(), entry, contents)).toList();
  }

  private static MessagePush push(
      ChannelName channel, String epoch, StoredMessage entry, Map<Long, JsonText> contents) {
    return entry.kind() == EntryKind.UPDATE
        ? entry.toPush(
            channel,
            epoch,
            ChangeData.withContent(entry.content(), contents.get(entry.targetOffset())))
        : entry.toPush(channel, epoch);
  }

  private Map<Long, JsonText> contents(long channelId, List<Long> offsets) {
    Map<Long, JsonText> contents = new HashMap<>();
    em.createQuery(
            "select m.place.offset, m.data from StoredMessage m"
                + " where m.place.channelId = :channel and m.place.offset in :offsets",
            Object[].class)
        .setParameter("channel", channelId)
        .setParameter("offsets", offsets)
        .getResultStream()
        .forEach(row -> contents.put((Long) row[0], new JsonText((String) row[1])));
    return contents;
  }
}
