package dev.parley.channel;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Operation;
import dev.parley.security.Caller;

/**
 * A rule of the application about who may do what in a channel. A CDI bean of this type is asked
 * about every operation, whatever command or transport it comes by; there may be several. {@link
 * ChannelPolicy} says how its verdict counts among the others': {@link Verdict#DENY} is final,
 * {@link Verdict#GRANT} allows unless another denies, {@link Verdict#IGNORE} leaves it to them.
 *
 * <p>It is asked on the threads that deliver messages, before each message that is published and up
 * to once for each operation: it must be thread-safe, answer from memory within microseconds and
 * never block. What has to be looked up elsewhere is kept by the bean, which answers {@link
 * Verdict#IGNORE} or {@link Verdict#DENY} until it knows, and fires {@link ChannelPolicyChanged}
 * when it does: then the subscriptions that are open are decided anew, on every node. Where there
 * are several, the beans of the others hear {@link ChannelPolicyChangedElsewhere} before that. A
 * bean that throws has denied.
 *
 * <p>The caller's tenant is the channel's. The name is the one that the caller uses: in a direct
 * conversation that of the other person.
 */
public interface ChannelAuthorizer {
  /** What this rule says. */
  Verdict decide(Caller caller, ChannelName channel, Operation operation);

  /** What operators are told when it was this rule that decided. */
  default String name() {
    return getClass().getSimpleName();
  }
}
