package dev.parley.channel;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Operation;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A rule as an application would write it: who may do what in {@code vault:}, by user. */
@ApplicationScoped
public class VaultRule implements ChannelAuthorizer {
  private static final long LOOK_NANOS = Duration.ofMillis(300).toNanos();

  private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
  private final Map<String, Verdict> later = new ConcurrentHashMap<>();

  /** From now on this is said about the user. */
  public void say(String user, Verdict verdict) {
    verdicts.put(user, verdict);
  }

  /** The same, once another node has said that the rules have changed. */
  void sayThen(String user, Verdict verdict) {
    later.put(user, verdict);
  }

  /** Takes a while, as a look into a database does: who decides anew must wait for it. */
  void changedElsewhere(@Observes ChannelPolicyChangedElsewhere news) {
    LockSupport.parkNanos(LOOK_NANOS);
    verdicts.putAll(later);
    later.clear();
  }

  @Override
  public Verdict decide(Caller caller, ChannelName channel, Operation operation) {
    return channel.namespace().equals("vault")
        ? verdicts.getOrDefault(caller.user().value(), Verdict.IGNORE)
        : Verdict.IGNORE;
  }

  @Override
  public String name() {
    return "vault rule";
  }
}
