package dev.parley.presence;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Namespaces;
import dev.parley.cluster.ClusterBus;
import dev.parley.message.MessagePublished;
import dev.parley.message.MessagePublished.Stored;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who is typing by the word of clients of this node. What a person says about a channel is
 * announced at most once in the debounce, the latest word of that time; who says nothing more is
 * typing no more after the timeout. Nothing is stored. Any thread; never blocks.
 */
@ApplicationScoped
class Typists {
  /** People who type at once on one node; more are not announced. */
  private static final int MAX = 20_000;

  @Inject ChannelPolicy policy;
  @Inject Namespaces namespaces;
  @Inject ClusterBus bus;
  @Inject PresenceSettings settings;
  @Inject Clock clock;

  LongSupplier nanos = System::nanoTime;

  private final ConcurrentMap<Key, Typist> typists = new ConcurrentHashMap<>();

  private record Key(ChannelKey channel, UserId user) {}

  /** Somebody, their last word, and what was announced of it. Changed in the map's compute only. */
  private static final class Typist {
    final UserRef who;
    boolean wants;
    long until;
    boolean announced;
    long announcedAt;
    boolean renew;

    Typist(UserRef who, long longAgo) {
      this.who = who;
      announcedAt = longAgo;
    }
  }

  /**
   * The person types, or no longer.
   *
   * @return fails with {@code not_found}, {@code forbidden}, or {@code bad_request} in a channel
   *     without typing
   * @throws CommandRejected the same, when it is known at once
   */
  CompletableFuture<Void> say(Caller caller, Command.Typing typing) {
    return policy
        .rights(caller, typing.channel())
        .thenAccept(
            rights -> {
              ChannelKey channel = rights.requirePublish().channel();
              if (!namespaces.of(rights.name()).typing()) {
                throw CommandRejected.badRequest("channel: has no typing");
              }
              say(new Key(channel, caller.user()), caller.ref(), typing.typing());
            });
  }

  private void say(Key key, UserRef who, boolean wants) {
    if (!typists.containsKey(key) && (!wants || typists.size() >= MAX)) {
      return;
    }
    long now = nanos.getAsLong();
    update(
        key,
        now,
        known -> {
          Typist typist = known == null ? new Typist(who, now - settings.timeout.toNanos()) : known;
          typist.wants = wants;
          typist.until = now + settings.timeout.toNanos();
          typist.renew |= wants;
          return typist;
        });
  }

  /** Who has said it is typing it no more. */
  void published(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessagePublished event) {
    if (!typists.isEmpty()) {
      for (Stored stored : event.messages()) {
        String author = stored.message().user().id();
        if (!author.isEmpty()) {
          done(stored.channel(), new UserId(author));
        }
      }
    }
  }

  /** Whether the person types by the word of a client of this node. */
  boolean isTyping(ChannelKey channel, UserId user) {
    return !typists.isEmpty() && typists.containsKey(new Key(channel, user));
  }

  /** The person has left the channel, or has said what there was to say. */
  void done(ChannelKey channel, UserId user) {
    Key key = new Key(channel, user);
    if (!typists.isEmpty() && typists.containsKey(key)) {
      long now = nanos.getAsLong();
      update(
          key,
          now,
          known -> {
            if (known != null) {
              known.wants = false;
            }
            return known;
          });
    }
  }

  /** Time goes on. */
  void tick() {
    long now = nanos.getAsLong();
    for (Key key : typists.keySet()) {
      update(
          key,
          now,
          known -> {
            if (known != null && known.until - now <= 0) {
              known.wants = false;
            }
            return known;
          });
    }
  }

  /** Changes what is wanted, in one go with deciding what of it is announced now. */
  private void update(Key key, long now, UnaryOperator<@Nullable Typist> change) {
    Typist[] told = new Typist[1];
    typists.compute(
        key,
        (same, known) -> {
          Typist typist = change.apply(known);
          if (typist != null && isDue(typist, now)) {
            typist.announced = typist.wants;
            typist.announcedAt = now;
            typist.renew = false;
            told[0] = typist;
          }
          return typist == null || (!typist.wants && !typist.announced) ? null : typist;
        });
    if (told[0] != null) {
      bus.announce(TypingSignal.of(key.channel, told[0].who, told[0].announced, clock.millis()));
    }
  }

  private boolean isDue(Typist typist, long now) {
    long since = now - typist.announcedAt;
    // Long before the indicator would vanish elsewhere.
    boolean late = typist.wants && typist.renew && since >= settings.timeout.toNanos() / 3;
    return since >= settings.debounce.toNanos() && (typist.wants != typist.announced || late);
  }

  /** How many are typing. */
  int count() {
    return typists.size();
  }
}
