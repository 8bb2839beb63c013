package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Namespaces;
import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.ratelimit.PublishLimit;
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
  @Inject Namespaces namespaces;
  @Inject PublishLimit limit;
  @Inject AppendLanes lanes;
  @Inject EphemeralMessages ephemeral;
  @Inject PayloadLimit payload;
  @Inject Ids ids;

  /**
   * Stores the message, or passes it on.
   *
   * @return the answer, or {@link CommandRejected} as its failure: {@code conflict} when the key
   *     was used for other content, {@code unavailable} when the database is out of reach
   * @throws CommandRejected with {@code not_found}, {@code forbidden}, {@code too_large}, {@code
   *     rate_limited}, before anything is stored
   */
  public CompletionStage<Published> handle(Caller caller, Publish publish) {
    ChannelKey channel = policy.toPublish(caller, publish.channel());
    if (EntryKind.isReserved(publish.event())) {
      throw CommandRejected.badRequest("event: is the server's own");
    }
    payload.check(publish.data());
    limit.take(caller.org(), caller.user(), caller.has(Caller.PUBLISHER));
    MessageId id = new MessageId(ids.timeOrdered());
    Append append = new Append(channel, caller.ref(), publish, id);
    return namespaces.of(channel.name()).durable()
        ? lanes.append(append)
        : CompletableFuture.completedFuture(ephemeral.pass(append));
  }

  /** How many messages were accepted and are not answered yet. */
  public int underWay() {
    return lanes.underWay();
  }
}
