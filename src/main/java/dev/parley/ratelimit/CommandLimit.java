package dev.parley.ratelimit;

import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import dev.parley.security.ClientAddress;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How many commands a connection may send. Any thread; never blocks. */
@ApplicationScoped
public class CommandLimit {
  /** After so long, some of what is under way should be done. */
  private static final long UNDER_WAY_NANOS = Duration.ofMillis(99).toNanos();

  @Inject RateLimitSettings rates;
  @Inject Refusals refusals;

  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  /** The allowance of a new connection. */
  public Allowance open() {
    return new Allowance();
  }

  /** What one connection may still send, and how often it may still be refused. */
  public final class Allowance {
    private Rate rate = rates.commands(null);
    private Bucket commands = Buckets.bucket(time, rate);
    private @Nullable Bucket strikes;

    private Allowance() {}

    /**
     * Takes one command.
     *
     * @param caller whose connection it is; null while nobody is known
     * @param address from where
     * @return the refusal, with the time until there is one again; null when it was taken
     */
    public synchronized @Nullable CommandRejected take(
        @Nullable Caller caller, ClientAddress address) {
      Rate now = rates.commands(caller);
      if (!now.equals(rate)) {
        rate = now;
        commands = Buckets.bucket(time, now);
      }
      long wait = Buckets.take(commands);
      if (wait == 0) {
        return null;
      }
      return refusals.tooOften(
          "commands", Refused.connection(caller, address), "too many commands", wait);
    }

    /** Refuses a command because too many before it are under way. */
    public CommandRejected tooManyUnderWay(@Nullable Caller caller, ClientAddress address) {
      return refusals.tooOften(
          "commands_under_way",
          Refused.connection(caller, address),
          "too many commands are under way",
          UNDER_WAY_NANOS);
    }

    /**
     * Notes that something was refused because it came too often. False when that has gone on for
     * so long that the client does not want to know.
     *
     * @param who has the connection
     */
    public synchronized boolean isPatient(Refused who) {
      Bucket left = strikes;
      if (left == null) {
        left = Buckets.bucket(time, rates.strikes);
        strikes = left;
      }
      if (left.tryConsume(1)) {
        return true;
      }
      refusals.ended("abuse", who);
      return false;
    }
  }
}
