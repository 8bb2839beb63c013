package dev.parley.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.channel.DirectPair;
import dev.parley.cluster.Envelope;
import dev.parley.message.ReceiptReader.Moved;
import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the receipts that the bus has lost: those of the last seconds in the database that were not
 * heard here. One query each time, whatever the number of channels; what is older, or more, is not
 * found, and comes with the next receipt of that person. Any thread; never blocks.
 */
@ApplicationScoped
public class LostReceipts {
  /** How far back it looks: some rounds of comparison, and clocks that differ a little. */
  static final Duration WINDOW = Duration.ofSeconds(10);

  /** Most that one look finds, the latest. */
  static final int LIMIT = 500;

  /** Receipts that are remembered, at about 300 bytes each; one that is forgotten is told again. */
  private static final int MAX_HEARD = 20_000;

  @Inject ReceiptReader reader;
  @Inject BlockingCalls calls;
  @Inject Clock clock;

  /** How far somebody has come, by where and about what it was told. */
  private final Cache<Told, Marks> heard = Caffeine.newBuilder().maximumSize(MAX_HEARD).build();

  private final AtomicBoolean looking = new AtomicBoolean();

  private record Told(ChannelKey where, ChannelName about, String user) {}

  private record Marks(long delivered, long read) {
    Marks and(Marks other) {
      return new Marks(Math.max(delivered, other.delivered), Math.max(read, other.read));
    }

    boolean has(Moved moved) {
      return delivered >= moved.delivered() && read >= moved.read();
    }
  }

  /** Notes what has come over the bus. */
  public void heard(Envelope envelope) {
    if (envelope.position() != null || !envelope.event().equals(ReceiptAnnouncer.EVENT)) {
      return;
    }
    try {
      JsonObject receipt = JsonReader.object(envelope.body());
      note(
          new Told(
              envelope.channel(),
              new ChannelName(receipt.string("channel")),
              receipt.object("user").string("id")),
          new Marks(receipt.integer("delivered", 0), receipt.integer("read", 0)));
    } catch (CommandRejected e) {
      // A message that an application has called so, in a channel that stores none.
    }
  }

  private void note(Told told, Marks marks) {
    heard.asMap().merge(told, marks, Marks::and);
  }

  /**
   * Looks, one look at a time.
   *
   * @param isOpen whether somebody here hears what is told in this channel
   * @return what is to be told here; none when a look is under way
   */
  public CompletableFuture<List<Envelope>> find(Predicate<ChannelKey> isOpen) {
    if (!looking.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(List.of());
    }
    return calls.call(() -> look(isOpen)).whenComplete((found, failure) -> looking.set(false));
  }

  private List<Envelope> look(Predicate<ChannelKey> isOpen) {
    List<Envelope> lost = new ArrayList<>();
    for (Moved moved : reader.movedSince(clock.instant().minus(WINDOW), LIMIT)) {
      ChannelName name = moved.channel().name();
      if (isLost(new Told(moved.channel(), name, moved.user()), moved, isOpen)) {
        lost.add(envelope(moved.channel(), moved, name, null));
      }
      ChannelName known = knownAs(moved);
      ChannelKey own = own(moved);
      if (known != null
          && own != null
          && isLost(new Told(own, known, moved.user()), moved, isOpen)) {
        lost.add(envelope(own, moved, known, reader.unread(moved.channel(), moved.user())));
      }
    }
    return lost;
  }

  /** It counts as told from now on. */
  private boolean isLost(Told told, Moved moved, Predicate<ChannelKey> isOpen) {
    Marks known = heard.getIfPresent(told);
    if ((known != null && known.has(moved)) || !isOpen.test(told.where)) {
      return false;
    }
    note(told, new Marks(moved.delivered(), moved.read()));
    return true;
  }

  private Envelope envelope(
      ChannelKey where, Moved moved, ChannelName about, UnreadCounts.@Nullable Unread unread) {
    Receipt receipt =
        new Receipt(
            about,
            new UserRef(moved.user(), null),
            (Long) moved.delivered(),
            (Long) moved.read(),
            unread == null ? null : (Long) unread.count(),
            unread == null ? null : (Long) unread.asOf());
    return new Envelope(
        where, null, ReceiptAnnouncer.EVENT, clock.millis(), JsonWriter.push(receipt));
  }

  /** The channel of the person's own connections; null when no channel has so long a name. */
  private static @Nullable ChannelKey own(Moved moved) {
    String name = "user:" + new UserId(moved.user()).asChannelPart();
    return ChannelName.isValid(name)
        ? new ChannelKey(moved.channel().org(), new ChannelName(name))
        : null;
  }

  /** As the person knows it; null for a conversation whose name does not tell of whom it is. */
  private static @Nullable ChannelName knownAs(Moved moved) {
    ChannelKey channel = moved.channel();
    return channel.name().namespace().equals(DirectPair.NAMESPACE)
        ? DirectPair.seenBy(channel, new UserId(moved.user()))
        : channel.name();
  }
}
