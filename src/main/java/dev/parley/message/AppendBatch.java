package dev.parley.message;

import dev.parley.message.ChangeStore.Done;
import dev.parley.message.ChangeStore.Target;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.Marks;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.StreamPosition;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One transaction of {@link MessageLog}, while it holds the locks of its channels. */
final class AppendBatch {
  private final EntityManager em;
  private final AppendRows rows;
  private final ChangeStore changes;
  private final Event<Mentioned> mentioned;
  private final Map<Long, LogHead> locked;
  private final Instant time;
  private final Map<String, KeyRecord> keys = new HashMap<>();
  private final List<MessagePublished.Stored> stored = new ArrayList<>();

  AppendBatch(
      EntityManager em,
      AppendRows rows,
      ChangeStore changes,
      Event<Mentioned> mentioned,
      Map<Long, LogHead> locked,
      Instant time) {
    this.em = em;
    this.rows = rows;
    this.changes = changes;
    this.mentioned = mentioned;
    this.locked = locked;
    this.time = time;
  }

  /** A key of earlier, which one of the batch has again. */
  void know(KeyRecord key) {
    keys.put(key.keyHash(), key);
  }

  /** What it has stored, in order. */
  List<MessagePublished.Stored> stored() {
    return stored;
  }

  /** Appends one, and answers it. */
  Outcome add(Append append, long channelId) {
    LogHead head = locked.get(channelId);
    if (head == null) {
      return Outcome.of(new CommandRejected(ErrorCode.INTERNAL, "the channel has vanished"));
    }
    String keyHash = append.keyHash(channelId);
    KeyRecord known = keyHash == null ? null : keys.get(keyHash);
    if (known != null) {
      return repeated(append, known, head);
    }
    try {
      return Outcome.of(add(append, head, keyHash));
    } catch (CommandRejected e) {
      // It has written nothing: the others of the batch are stored all the same.
      return Outcome.of(e);
    }
  }

  private Published add(Append append, LogHead head, @Nullable String keyHash) {
    Published done =
        append.change() == null ? store(append, head) : store(append, head, append.change());
    if (keyHash != null && !done.duplicate()) {
      KeyRecord key = new KeyRecord(keyHash, head.id(), append.bodyHash(), done);
      rows.add(key);
      keys.put(keyHash, key);
    }
    return done;
  }

  private Published store(Append append, LogHead head) {
    Publish publish = append.publish();
    if (publish.replyTo() != null) {
      Target unused = find(head, publish.replyTo(), "replyTo");
    }
    EntryKind kind = append.kind();
    MessagePush message =
        push(append, head.advance(kind, time), publish.data()).with(marks(publish));
    rows.add(head, new StoredMessage(head, message, kind));
    if (publish.confirm()) {
      rows.write();
      em.persist(new ConfirmRequest(head.id(), message.position().offset(), append.author().id()));
    }
    stored.add(new MessagePublished.Stored(append.channel(), message, append.publish().channel()));
    if (!publish.mentions().isEmpty()) {
      rows.write();
      mentioned.fire(new Mentioned(append.channel(), message));
    }
    return answer(append, message.messageId(), message.position(), time, false);
  }

  private Published store(Append append, LogHead head, Change change) {
    Target target = find(head, change.target(), "messageId");
    Done before = changes.check(head.id(), target, append.author(), change);
    if (before != null) {
      StreamPosition position = new StreamPosition(head.epoch(), before.offset());
      return answer(append, append.id(), position, before.time(), true);
    }
    StreamPosition position = head.advance(change.kind(), time);
    changes.apply(head.id(), target, append.author(), change, position.offset(), time);
    MessagePush kept = push(append, position, ChangeData.kept(target, change));
    rows.add(head, new StoredMessage(head, kept, change.kind(), target.offset()));
    MessagePush pushed =
        change.data() == null
            ? kept
            : push(append, position, ChangeData.withContent(kept.data(), change.data()));
    stored.add(new MessagePublished.Stored(append.channel(), pushed, append.publish().channel()));
    return answer(append, append.id(), position, time, false);
  }

  /** It may be one of this batch. */
  private Target find(LogHead head, MessageId id, String field) {
    rows.write();
    return changes.find(head.id(), id, field);
  }

  private MessagePush push(Append append, StreamPosition position, JsonText data) {
    return new MessagePush(
        append.channel().name(),
        position,
        append.id(),
        append.publish().event(),
        data,
        append.author(),
        time);
  }

  private Outcome repeated(Append append, KeyRecord key, LogHead head) {
    if (!key.bodyHash().equals(append.bodyHash())) {
      return Outcome.of(
          new CommandRejected(
              ErrorCode.CONFLICT, "key: was used for another message within 24 hours"));
    }
    StreamPosition position = new StreamPosition(head.epoch(), key.offset());
    return Outcome.of(answer(append, key.messageId(), position, key.createdAt(), true));
  }

  private Published answer(
      Append append, MessageId id, StreamPosition position, Instant at, boolean duplicate) {
    return new Published(append.channel().name(), id, position, at, duplicate);
  }

  private static Marks marks(Publish publish) {
    boolean plain = publish.replyTo() == null && publish.mentions().isEmpty() && !publish.confirm();
    return plain
        ? Marks.NONE
        : new Marks(publish.replyTo(), publish.mentions(), publish.confirm(), null, null, null);
  }
}
