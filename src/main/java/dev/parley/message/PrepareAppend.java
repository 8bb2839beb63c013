package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.platform.Ids;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.ratelimit.TenantQuotas;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * What goes before and behind the storing of one message of several: whether its author may publish
 * it, and how they are answered. Any thread; blocks while a room is looked up.
 */
@ApplicationScoped
class PrepareAppend {
  @Inject ChannelPolicy policy;
  @Inject PayloadLimit payload;
  @Inject OwnMessages own;
  @Inject TenantQuotas tenants;
  @Inject Ids ids;

  /** A message that may be stored. */
  record Prepared(Rights rights, Append append) {
    /** The answer as its author knows the channel. */
    Published answer(Published published) {
      return published.in(rights.name());
    }
  }

  /**
   * Makes it ready for the log.
   *
   * @throws CommandRejected with {@code not_found}, {@code forbidden}, {@code bad_request}, {@code
   *     too_large}, or {@code rate_limited} and {@code limit_exceeded} of the tenant
   */
  Prepared handle(Caller caller, Publish publish) {
    Rights rights = policy.rightsNow(caller, publish.channel()).requirePublish();
    if (MessageErasure.isReserved(publish.event())
        || EntryKind.isReserved(publish.event(), rights)) {
      throw CommandRejected.badRequest("event: is reserved for the server");
    }
    payload.check(publish.data());
    tenants.publish(caller.org(), rights.durable() ? publish.data().bytes() : 0);
    Append append =
        new Append(rights.channel(), caller.ref(), publish, new MessageId(ids.timeOrdered()));
    return new Prepared(rights, append);
  }

  /** What became of it, as its author is told; what is stored counts as written by them. */
  Outcome stored(Prepared prepared, Outcome outcome) {
    Published published = outcome.published();
    if (published == null) {
      return outcome;
    }
    own.stored(prepared.rights(), prepared.append().author(), published);
    return Outcome.of(prepared.answer(published));
  }
}
