package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Delete;
import dev.parley.protocol.Command.React;
import dev.parley.protocol.Command.Update;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.Changed;
import dev.parley.ratelimit.PublishLimit;
import dev.parley.ratelimit.TenantQuotas;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Changes a message that is stored: an entry of the channel's log like any other, with an offset of
 * its own, under the publisher's allowance. The stage completes after the commit. Whoever may
 * publish in the channel may change what they have written themselves, and react; an {@code admin}
 * may change and delete what anybody in the tenant has written. Any thread; never blocks.
 *
 * <p>The failure of a stage is {@link CommandRejected}: {@code not_found} when the channel has no
 * such message, {@code forbidden} when it is somebody else's, {@code conflict} when it was taken
 * back or the key was used for something else, {@code precondition_failed} when it has another
 * version.
 */
@ApplicationScoped
class ChangeMessage {
  @Inject ChannelPolicy policy;
  @Inject PublishLimit limit;
  @Inject TenantQuotas tenants;
  @Inject PayloadLimit payload;
  @Inject AppendLanes lanes;
  @Inject Ids ids;

  /**
   * Gives the message other content. The outer stage completes when the change has its place among
   * the entries of its channel, as with {@link PublishMessage#begin}.
   */
  CompletionStage<CompletionStage<Changed>> update(Caller caller, Update command) {
    payload.check(command.data());
    Change change =
        Change.update(
            command.messageId(), command.data(), command.version(), caller.has(Caller.ADMIN));
    return rights(caller, command.channel())
        .thenApply(rights -> append(caller, rights, "updated", change, command.key()));
  }

  /** Takes the message back, in the same two steps; once more changes nothing. */
  CompletionStage<CompletionStage<Changed>> delete(Caller caller, Delete command) {
    Change change =
        Change.deletion(command.messageId(), command.version(), caller.has(Caller.ADMIN));
    return rights(caller, command.channel())
        .thenApply(rights -> append(caller, rights, "deleted", change, null));
  }

  /**
   * Reacts, or takes the reaction back, in the same two steps; to react alike once more changes
   * nothing.
   */
  CompletionStage<CompletionStage<Changed>> react(Caller caller, React command) {
    Change change = Change.reaction(command.messageId(), command.reaction(), command.remove());
    return policy
        .rights(caller, command.channel())
        .thenApply(rights -> append(caller, rights, "reacted", change, null));
  }

  private CompletionStage<Rights> rights(Caller caller, ChannelName name) {
    return policy.rightsToChange(caller, name);
  }

  private CompletionStage<Changed> append(
      Caller caller, Rights rights, String type, Change change, @Nullable IdempotencyKey key) {
    ChannelKey channel = rights.requirePublish().channel();
    if (!rights.durable()) {
      throw CommandRejected.badRequest("channel: stores no messages");
    }
    limit.take(caller);
    // What takes something back must be possible when the store is full.
    tenants.publish(caller.org(), change.data() == null ? 0 : change.data().bytes());
    MessageId id = new MessageId(ids.timeOrdered());
    return lanes
        .append(Append.of(channel, caller.ref(), change, id, key))
        .thenApply(
            done ->
                new Changed(
                    type,
                    rights.name(),
                    change.target(),
                    Objects.requireNonNull(done.position()),
                    done.time(),
                    done.duplicate()));
  }
}
