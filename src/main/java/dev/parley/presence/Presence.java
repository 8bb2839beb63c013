package dev.parley.presence;

import dev.parley.channel.Namespace;
import dev.parley.channel.Namespaces;
import dev.parley.cluster.Envelope;
import dev.parley.cluster.UserKey;
import dev.parley.delivery.Audience;
import dev.parley.delivery.Reader;
import dev.parley.platform.WorkerThreads;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Status;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is here: follows this node's connections. Somebody is in a channel from their first
 * subscription on, on whatever node and device, until the grace after their last one is over.
 *
 * <p>Costs nothing for a message: only what comes and goes is looked at, and once a second
 * everybody who is here.
 */
@ApplicationScoped
class Presence implements Audience {
  private static final System.Logger LOG = System.getLogger(Presence.class.getName());

  /** How often what has gathered is told, at the earliest. */
  private static final long TICK_MS = 50;

  /** Ticks after which everybody here is looked at. */
  private static final int LOOK_TICKS = 20;

  /**
   * How long somebody stays who has left a channel and not the node: so long that what was said to
   * another node a moment ago is known here.
   */
  private static final long SETTLE = TimeUnit.SECONDS.toNanos(1);

  @Inject People people;
  @Inject Rooms rooms;
  @Inject Typists typists;
  @Inject TypingIndicators indicators;
  @Inject PresenceSync sync;
  @Inject Namespaces namespaces;
  @Inject PresenceSettings settings;
  @Inject WorkerThreads threads;
  @Inject Clock clock;

  LongSupplier nanos = System::nanoTime;

  private int ticks;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    Future<?> unused =
        threads
            .timer("presence")
            .scheduleWithFixedDelay(this::safeTick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  private void safeTick() {
    try {
      tick();
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.WARNING, "Presence could not be brought up to date", e);
    }
  }

  /** Time goes on. */
  void tick() {
    typists.tick();
    indicators.tick();
    if (++ticks % LOOK_TICKS == 0) {
      look();
    }
    rooms.flushAll();
  }

  private void look() {
    long now = nanos.getAsLong();
    long away = settings.awayAfter.toNanos();
    long activeSince = away == 0 ? now - Long.MAX_VALUE : now - away;
    // Nobody leaves before it is known whether they are at another node.
    long confirmed = sync.confirmedAt();
    people.changeAllHere(person -> person.look(confirmed, activeSince));
  }

  @Override
  public void arrived(Reader reader) {
    Caller caller = reader.caller();
    if (caller != null) {
      long now = nanos.getAsLong();
      people.change(key(caller), person -> person.arrived(reader, caller.name(), now));
    }
  }

  @Override
  public void gone(Reader reader) {
    Caller caller = reader.caller();
    if (caller == null) {
      return;
    }
    Duration grace = polls(reader) ? settings.pollGrace : settings.grace;
    long until = nanos.getAsLong() + grace.toNanos();
    // Its channels are left one by one after this; by then it is not known any more.
    people.changeIfHere(key(caller), person -> person.gone(reader, until));
  }

  @Override
  public void joined(Reader reader, ChannelKey channel) {
    Caller caller = reader.caller();
    Namespace namespace = namespaces.of(channel.name());
    if (caller == null) {
      return;
    }
    if (namespace.presence()) {
      people.changeIfHere(key(caller), person -> person.joined(reader, channel.name()));
    }
    if (namespace.typing()) {
      rooms.enter(channel, reader);
    }
  }

  @Override
  public void left(Reader reader, ChannelKey channel) {
    Caller caller = reader.caller();
    if (caller == null) {
      return;
    }
    rooms.leave(channel, reader);
    UserId user = caller.user();
    // Rarely asked, because hardly anybody types who leaves: it looks at every reader.
    if (!polls(reader) && typists.isTyping(channel, user) && !rooms.isReadBy(channel, user)) {
      typists.done(channel, user);
    }
    long until = nanos.getAsLong() + Math.min(SETTLE, settings.grace.toNanos());
    people.changeIfHere(key(caller), person -> person.left(reader, channel.name(), until));
  }

  @Override
  public @Nullable List<PresentUser> watch(Reader reader, ChannelKey channel) {
    return namespaces.of(channel.name()).presence() ? rooms.watch(channel, reader) : null;
  }

  @Override
  public void heard(Envelope signal) {
    indicators.heard(signal);
  }

  /** The person has said how they want to be seen. */
  void choose(Caller caller, Status status) {
    long now = nanos.getAsLong();
    Choice choice = new Choice(status.status(), status.info(), clock.millis());
    people.changeIfHere(
        key(caller),
        person -> {
          person.choose(choice);
          person.active(now);
        });
  }

  /** The person has done something that no connection of theirs knows of. */
  void active(Caller caller) {
    long now = nanos.getAsLong();
    people.changeIfHere(key(caller), person -> person.active(now));
  }

  /** Whether each of its requests is a connection of its own, whose end says nothing. */
  private static boolean polls(Reader reader) {
    return reader.transport().equals("polling");
  }

  private static UserKey key(Caller caller) {
    return new UserKey(caller.org(), caller.user());
  }
}
