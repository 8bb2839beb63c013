package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.platform.Ids;
import dev.parley.platform.Stage;
import dev.parley.platform.Stage.Part;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.ratelimit.PublishLimit;
import dev.parley.ratelimit.TenantQuotas;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes one message: may they, how often, how large; then into the log. The stage completes
 * after the commit, so whoever is told of it can rely on it. In a channel that stores nothing it
 * goes straight to those who are connected. Any thread; never blocks.
 */
@ApplicationScoped
public class PublishMessage {
  @Inject ChannelPolicy policy;
  @Inject PublishLimit limit;
  @Inject TenantQuotas tenants;
  @Inject AppendLanes lanes;
  @Inject EphemeralMessages ephemeral;
  @Inject PayloadLimit payload;
  @Inject OwnMessages own;
  @Inject Ids ids;

  /**
   * Stores the message, or passes it on.
   *
   * @return the answer, or {@link CommandRejected} as its failure: {@code not_found}, {@code
   *     forbidden}, {@code rate_limited} and {@code bad_request} before anything is stored, {@code
   *     conflict} when the key was used for other content, {@code unavailable} when the database is
   *     out of reach
   * @throws CommandRejected with what is known to be wrong at once
   */
  public CompletionStage<Published> handle(Caller caller, Publish publish) {
    return begin(caller, publish).thenCompose(placed -> placed);
  }

  /**
   * The same in two steps: the outer stage completes when the message has its place among those of
   * its channel, so that the next one can only come behind it. It is complete already unless a room
   * has to be looked up.
   */
  CompletionStage<CompletionStage<Published>> begin(Caller caller, Publish publish) {
    if (MessageErasure.isReserved(publish.event())) {
      throw CommandRejected.badRequest("event: is reserved for the server");
    }
    if (payload.isBelow(publish.data())) {
      // Before the rights: it is wrong wherever it goes, if it goes anywhere.
      ChannelKey unused = policy.key(caller, publish.channel());
      payload.check(publish.data());
    }
    Stage stage = Stage.start();
    return policy
        .rights(caller, publish.channel())
        .thenApply(rights -> place(caller, publish, rights.requirePublish(), stage));
  }

  private CompletionStage<Published> place(
      Caller caller, Publish publish, Rights rights, Stage stage) {
    if (EntryKind.isReserved(publish.event(), rights)) {
      throw CommandRejected.badRequest("event: is one of the server's own");
    }
    limit.take(caller);
    tenants.publish(caller.org(), rights.durable() ? publish.data().bytes() : 0);
    stage.end(Part.AUTHORIZE, 1);
    MessageId id = new MessageId(ids.timeOrdered());
    Append append = new Append(rights.channel(), caller.ref(), publish, id);
    return rights.durable()
        ? lanes.append(append).thenApply(published -> stored(rights, caller, published))
        : CompletableFuture.completedFuture(ephemeral.pass(append).in(rights.name()));
  }

  private Published stored(Rights rights, Caller caller, Published published) {
    own.stored(rights, caller.ref(), published);
    return published.in(rights.name());
  }

  /** How many messages were accepted and are not answered yet. */
  public int underWay() {
    return lanes.underWay();
  }
}
