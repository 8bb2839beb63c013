package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Namespaces;
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
public class ChangeMessage {
  @Inject ChannelPolicy policy;
  @Inject Namespaces namespaces;
  @Inject PublishLimit limit;
  @Inject PayloadLimit payload;
  @Inject AppendLanes lanes;
  @Inject Ids ids;

  /** Gives the message other content. */
  public CompletionStage<Changed> update(Caller caller, Update command) {
    ChannelKey channel = channel(caller, command.channel());
    payload.check(command.data());
    Change change =
        Change.update(
            command.messageId(), command.data(), command.version(), caller.has(Caller.ADMIN));
    return append(caller, channel, "updated", change, command.key());
  }

  /** Takes the message back; once more changes nothing. */
  public CompletionStage<Changed> delete(Caller caller, Delete command) {
    Change change =
        Change.deletion(command.messageId(), command.version(), caller.has(Caller.ADMIN));
    return append(caller, channel(caller, command.channel()), "deleted", change, null);
  }

  /** Reacts, or takes the reaction back; to react alike once more changes nothing. */
  public CompletionStage<Changed> react(Caller caller, React command) {
    ChannelKey channel = policy.toPublish(caller, durable(command.channel()));
    Change change = Change.reaction(command.messageId(), command.reaction(), command.remove());
    return append(caller, channel, "reacted", change, null);
  }

  private CompletionStage<Changed> append(
      Caller caller, ChannelKey channel, String type, Change change, @Nullable IdempotencyKey key) {
    limit.take(caller.org(), caller.user(), caller.has(Caller.PUBLISHER));
    MessageId id = new MessageId(ids.timeOrdered());
    return lanes
        .append(Append.of(channel, caller.ref(), change, id, key))
        .thenApply(
            done ->
                new Changed(
                    type,
                    done.channel(),
                    change.target(),
                    Objects.requireNonNull(done.position()),
                    done.time(),
                    done.duplicate()));
  }

  private ChannelKey channel(Caller caller, ChannelName name) {
    return caller.has(Caller.ADMIN)
        ? new ChannelKey(caller.org(), durable(name))
        : policy.toPublish(caller, durable(name));
  }

  private ChannelName durable(ChannelName channel) {
    if (!namespaces.of(channel).durable()) {
      throw CommandRejected.badRequest("channel: stores no messages");
    }
    return channel;
  }
}
