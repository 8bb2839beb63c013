package dev.parley.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.channel.Rights;
import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.StreamPosition;
import dev.parley.protocol.UserRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes a channel for read by who has written a thousand messages since they last read it. These
 * are programs; and an unread count subtracts what the person has written behind their watermark,
 * which must not become a million rows. Costs a publish no statement. Any thread; never blocks.
 */
@ApplicationScoped
class OwnMessages {
  /** What is counted in a millisecond, and more than a person writes without reading. */
  static final int LIMIT = 1_000;

  private static final System.Logger LOG = System.getLogger(OwnMessages.class.getName());

  /** Who writes where, at about 300 bytes each; who is forgotten begins to count anew. */
  private static final int MAX_AUTHORS = 100_000;

  @Inject ReceiptNamespaces namespaces;
  @Inject ReceiptReader reader;
  @Inject ReceiptWriter writer;
  @Inject BlockingCalls calls;

  private final Cache<Advance.Key, AtomicInteger> written =
      Caffeine.newBuilder().maximumSize(MAX_AUTHORS).build();

  /** A message of this author is stored. */
  void stored(Rights rights, UserRef author, Published published) {
    StreamPosition position = published.position();
    if (position == null || published.duplicate() || !namespaces.have(rights.name())) {
      return;
    }
    Advance.Key key = new Advance.Key(rights.channel(), author.id());
    if (written.get(key, first -> new AtomicInteger()).incrementAndGet() >= LIMIT) {
      written.invalidate(key);
      look(new Advance(rights.channel(), rights.name(), author, 0, position.offset(), false));
    }
  }

  /** They may have read meanwhile, here or at another node. */
  private void look(Advance advance) {
    CompletableFuture<?> unused =
        calls
            .call(() -> reader.ownBehind(advance.channel(), advance.user().id()))
            .thenAccept(
                behind -> {
                  if (behind >= LIMIT) {
                    CompletionStage<?> unusedOutcome = writer.note(advance, false);
                  }
                })
            .exceptionally(
                failure -> {
                  LOG.log(Level.DEBUG, "After the next thousand: {0}", failure.toString());
                  return null;
                });
  }
}
