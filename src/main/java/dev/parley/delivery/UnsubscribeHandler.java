package dev.parley.delivery;

import dev.parley.channel.ChannelPolicy;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Unsubscribe;
import dev.parley.protocol.ServerFrame.Unsubscribed;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code unsubscribe}. */
@ApplicationScoped
class UnsubscribeHandler implements CommandHandler<Unsubscribe> {
  @Inject ChannelPolicy policy;

  @Override
  public Class<Unsubscribe> command() {
    return Unsubscribe.class;
  }

  @Override
  public void handle(Unsubscribe command, CommandContext context) {
    ChannelKey channel = policy.key(context.caller(), command.channel());
    context
        .part(Subscriber.class)
        .leave(
            channel,
            wasSubscribed -> {
              if (wasSubscribed) {
                context.reply(new Unsubscribed(command.channel(), null));
              } else {
                context.fail(AckHandler.notSubscribed());
              }
            });
  }
}
