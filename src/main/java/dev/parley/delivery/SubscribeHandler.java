package dev.parley.delivery;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.protocol.Command.Subscribe;
import dev.parley.protocol.ServerFrame.Subscribed;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The command {@code subscribe}. On a channel that is subscribed already it repairs a gap: pushes
 * stop until its reply, which reaches up to where they go on.
 */
@ApplicationScoped
class SubscribeHandler implements CommandHandler<Subscribe> {
  @Inject ChannelPolicy policy;
  @Inject Positions positions;

  @Override
  public Class<Subscribe> command() {
    return Subscribe.class;
  }

  @Override
  public void handle(Subscribe command, CommandContext context) {
    CompletableFuture<?> unused =
        policy
            .rights(context.caller(), command.channel())
            .thenAccept(rights -> join(command, context, rights.requireSubscribe()))
            .exceptionally(
                failure -> {
                  context.fail(failure);
                  return null;
                });
  }

  private void join(Subscribe command, CommandContext context, Rights rights) {
    Subscriber subscriber = context.part(Subscriber.class);
    positions.resolve(
        context.caller(),
        rights,
        command,
        request ->
            subscriber.join(
                List.of(request),
                joined -> context.reply(subscribed(joined.get(0), rights.permissions())),
                context::fail),
        context::fail);
  }

  private static Subscribed subscribed(Joined joined, List<String> permissions) {
    return new Subscribed(
        joined.name(),
        joined.position(),
        joined.recovered(),
        joined.wasRecovering(),
        joined.messages().stream().map(StreamMessage::json).toList(),
        permissions,
        null);
  }
}
