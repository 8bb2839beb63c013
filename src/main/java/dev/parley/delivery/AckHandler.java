package dev.parley.delivery;

import dev.parley.channel.ChannelPolicy;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Ack;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code ack}: the client has received everything up to the offset. */
@ApplicationScoped
class AckHandler implements CommandHandler<Ack> {
  @Inject ChannelPolicy policy;

  @Override
  public Class<Ack> command() {
    return Ack.class;
  }

  @Override
  public void handle(Ack command, CommandContext context) {
    ChannelKey channel = policy.key(context.caller(), command.channel());
    context
        .part(Subscriber.class)
        .acknowledge(
            channel,
            command.offset(),
            problem -> {
              if (problem == null) {
                context.done();
              } else {
                context.fail(problem);
              }
            });
  }

  static CommandRejected notSubscribed() {
    return CommandRejected.notFound("channel: is not subscribed");
  }

  static CommandRejected notSentYet() {
    return CommandRejected.badRequest("offset: is beyond what was sent to you");
  }
}
