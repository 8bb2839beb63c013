package dev.parley.connection;

import dev.parley.cluster.UserNodes;
import dev.parley.protocol.CommandRejected;
import dev.parley.ratelimit.PersonLimits;
import dev.parley.ratelimit.RateLimitSettings;
import dev.parley.ratelimit.Refusals;
import dev.parley.security.Admission;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** Whom this node takes. Any thread; never blocks. */
@ApplicationScoped
class NodeAdmission implements Admission {
  /** Who has too many connections is asked to look again after so many milliseconds. */
  private static final long TOO_MANY_MS = 5_000;

  @Inject DrainNode drain;
  @Inject Connections connections;
  @Inject UserNodes users;
  @Inject PersonLimits limits;
  @Inject RateLimitSettings rates;
  @Inject Refusals refusals;

  @Override
  public @Nullable CommandRejected refusal() {
    CommandRejected draining = drain.refusal();
    return draining == null && connections.isFull()
        ? CommandRejected.unavailable("the node is full", null)
        : draining;
  }

  @Override
  public @Nullable CommandRejected refusal(Door door, ClientAddress address) {
    return door == Door.POLL ? null : refusal(() -> limits.connect(address));
  }

  @Override
  public @Nullable CommandRejected refusal(Door door, Caller caller) {
    CommandRejected often =
        refusal(door == Door.POLL ? () -> limits.poll(caller) : () -> limits.connect(caller));
    if (often != null) {
      return often;
    }
    return users.held(caller.org(), caller.user()) >= rates.connections(caller)
        ? tooMany(caller)
        : null;
  }

  /** Whether a caller who is counted already is one too many. */
  boolean isOver(Caller caller, int held) {
    if (held <= rates.connections(caller)) {
      return false;
    }
    CommandRejected unused = tooMany(caller);
    return true;
  }

  private CommandRejected tooMany(Caller caller) {
    return refusals.tooMany(
        "connections",
        caller,
        "at most " + rates.connections(caller) + " connections of a user are open at a time",
        TOO_MANY_MS);
  }

  private static @Nullable CommandRejected refusal(Runnable taking) {
    try {
      taking.run();
      return null;
    } catch (CommandRejected e) {
      return e;
    }
  }
}
