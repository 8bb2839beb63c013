package dev.parley.delivery;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Unsubscribe;
import dev.parley.protocol.ServerFrame.Unsubscribed;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;

/** The command {@code unsubscribe}. */
@ApplicationScoped
class UnsubscribeHandler implements CommandHandler<Unsubscribe> {
  @Override
  public Class<Unsubscribe> command() {
    return Unsubscribe.class;
  }

  @Override
  public void handle(Unsubscribe command, CommandContext context) {
    ChannelKey channel = new ChannelKey(context.caller().org(), command.channel());
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
