package dev.parley.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.platform.BlockingCalls;
import dev.parley.platform.Gathered;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.UserId;
import dev.parley.ratelimit.RoomLimit;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what in a room. The database knows; what it said is remembered for a short time, so
 * that a conversation costs no query for each message.
 *
 * <p>What is remembered counts only while the room's access version was seen to be the same within
 * the last two checks; all rooms in use are checked together. So who was removed can publish for
 * two checks at most, on a node that has heard nothing. Only the full rights are remembered: a
 * refusal always comes from the database, and who was let in just now, on another node, is let in
 * here.
 */
@ApplicationScoped
public class RoomAccess {
  private static final System.Logger LOG = System.getLogger(RoomAccess.class.getName());

  /** Who speaks in which room, at about 200 bytes each; a miss costs one indexed query. */
  private static final int MAX_STANDINGS = 100_000;

  /** After so long without a question nothing is remembered. */
  static final Duration UNUSED = Duration.ofSeconds(30);

  /** Rooms of one query. */
  private static final int PAGE = 500;

  @Inject RoomStore store;
  @Inject RoomSettings settings;
  @Inject RoomLimit limit;
  @Inject BlockingCalls calls;
  @Inject WorkerThreads threads;

  private final RoomVersions versions = new RoomVersions();

  private final Cache<RoomPerson, RoomStanding> standings =
      Caffeine.newBuilder().maximumSize(MAX_STANDINGS).expireAfterAccess(UNUSED).build();

  /** One for each feature that must know; added once. */
  private final List<RoomWatch> watches = new CopyOnWriteArrayList<>();

  private final AtomicBoolean checking = new AtomicBoolean();

  private Gathered<RoomPerson, RoomStanding> lookups =
      new Gathered<>(new BlockingCalls(), people -> Map.of());

  @PostConstruct
  void prepare() {
    lookups = new Gathered<>(calls, store::standings);
  }

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    long period = Math.max(1, settings.accessCheck.toMillis());
    Future<?> unused =
        threads
            .timer("access-check")
            .scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  /** Tells this one of the access versions from now on. */
  public void watch(RoomWatch watch) {
    watches.add(watch);
  }

  /**
   * How this person finds the room; at once when it is known. Any thread; never blocks.
   *
   * @return fails with {@code not_found} when the room is not there for this person, {@code
   *     rate_limited} when they bring rooms into being too fast
   */
  CompletableFuture<RoomStanding> standing(ChannelKey room, UserId user) {
    RoomStanding known = known(room, user);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    // Before the look, which may be some time after the question
    long at = System.nanoTime();
    return lookups
        .ask(new RoomPerson(room, user))
        .thenCompose(
            found ->
                found.isEmpty()
                    ? calls.call(() -> read(room, user))
                    : CompletableFuture.completedFuture(remember(room, user, found.get(), at)));
  }

  /** The same for who may be kept waiting. */
  RoomStanding standingNow(ChannelKey room, UserId user) {
    RoomStanding known = known(room, user);
    return known == null ? read(room, user) : known;
  }

  /**
   * The same without bringing the room into being and without remembering it; null when it is not
   * there for this person. Blocks.
   */
  @Nullable RoomStanding look(ChannelKey room, UserId user) {
    RoomStanding standing = store.standing(room.org(), room.name().local(), user);
    if (standing == null && settings.onDemand) {
      return RoomStanding.OF_ANYBODY;
    }
    return standing == null || !standing.reads() ? null : standing;
  }

  private @Nullable RoomStanding known(ChannelKey room, UserId user) {
    RoomStanding standing = standings.getIfPresent(new RoomPerson(room, user));
    if (standing == null) {
      return null;
    }
    return versions.confirm(standing, 2 * settings.accessCheck.toNanos()) ? standing : null;
  }

  private RoomStanding read(ChannelKey room, UserId user) {
    long at = System.nanoTime();
    RoomStanding standing = store.standing(room.org(), room.name().local(), user);
    if (standing == null && settings.onDemand) {
      limit.take(room.org(), user);
      standing = createOnDemand(room, user);
    }
    if (standing == null) {
      throw notFound();
    }
    return remember(room, user, standing, at);
  }

  private RoomStanding remember(ChannelKey room, UserId user, RoomStanding standing, long at) {
    if (!standing.reads()) {
      throw notFound();
    }
    if (standing.publishes()) {
      versions.begin(standing.roomId(), standing.version(), at);
      standings.put(new RoomPerson(room, user), standing);
    }
    return standing;
  }

  private @Nullable RoomStanding createOnDemand(ChannelKey room, UserId user) {
    try {
      store.createOnDemand(room);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "A room is there already, or cannot be created", e);
      RoomStanding other = store.standing(room.org(), room.name().local(), user);
      if (other == null) {
        throw e;
      }
      return other;
    }
    return store.standing(room.org(), room.name().local(), user);
  }

  /** The same whether there is none, or none for this person. */
  static CommandRejected notFound() {
    return CommandRejected.notFound("channel: there is no such room");
  }

  /** Which of these users may read the room. Any thread; never blocks. */
  public CompletableFuture<RoomReaders> readers(long roomId, Set<UserId> users) {
    return calls.call(() -> store.readers(roomId, users));
  }

  /** Committed on this node: nothing that was known of the room counts. */
  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) RoomChanged change) {
    versions.forget(change.roomId());
  }

  /**
   * Somebody was put out of the room, as another node has told: nothing that was known of it
   * counts.
   */
  public void forget(long roomId) {
    versions.forget(roomId);
  }

  /** Compares the versions of all rooms in use, one round at a time. Any thread; never blocks. */
  public void check() {
    if (!checking.compareAndSet(false, true)) {
      return;
    }
    List<CompletableFuture<?>> pages = new ArrayList<>();
    try {
      List<Long> all = inUse();
      for (int from = 0; from < all.size(); from += PAGE) {
        pages.add(check(all.subList(from, Math.min(all.size(), from + PAGE))));
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The access to rooms could not be checked, next time again", e);
    }
    CompletableFuture<?> unused =
        CompletableFuture.allOf(pages.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> checking.set(false));
  }

  private List<Long> inUse() {
    Set<Long> all = new HashSet<>(versions.rooms());
    watches.forEach(watch -> all.addAll(watch.rooms()));
    return List.copyOf(all);
  }

  private CompletableFuture<?> check(List<Long> page) {
    long at = System.nanoTime();
    return calls.call(() -> store.versions(page)).thenAccept(found -> confirmed(found, at));
  }

  private void confirmed(Map<Long, Long> found, long at) {
    found.forEach((room, version) -> versions.see(room, version, at));
    watches.forEach(watch -> watch.versions(found));
  }
}
