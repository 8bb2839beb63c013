package dev.parley.message;

import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.Reaction;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of the log changes about an earlier one. Public for the reason given at {@link
 * Outcome}.
 *
 * @param target the message that is changed
 * @param anyones whether the caller may change what others have written
 * @param version the version that the message must have now; null for any
 * @param data the new content; there for {@link EntryKind#UPDATE} only
 * @param reaction there for {@link EntryKind#REACTION} only
 * @param remove whether the reaction is taken back
 */
public record Change(
    EntryKind kind,
    MessageId target,
    boolean anyones,
    @Nullable Long version,
    @Nullable JsonText data,
    @Nullable Reaction reaction,
    boolean remove) {
  public Change {
    if (!kind.isChange()
        || (kind == EntryKind.UPDATE) != (data != null)
        || (kind == EntryKind.REACTION) != (reaction != null)) {
      throw new IllegalArgumentException("not a change: " + kind);
    }
  }

  static Change update(MessageId target, JsonText data, @Nullable Long version, boolean anyones) {
    return new Change(EntryKind.UPDATE, target, anyones, version, data, null, false);
  }

  static Change deletion(MessageId target, @Nullable Long version, boolean anyones) {
    return new Change(EntryKind.DELETION, target, anyones, version, null, null, false);
  }

  static Change reaction(MessageId target, Reaction reaction, boolean remove) {
    return new Change(EntryKind.REACTION, target, true, null, null, reaction, remove);
  }

  /** What must be the same for two changes under one idempotency key. */
  String content() {
    return kind + "\n" + target + "\n" + version + "\n" + (data == null ? reaction : data.value());
  }
}
