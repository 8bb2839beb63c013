package dev.parley.delivery;

import dev.parley.channel.ChannelPolicy;
import dev.parley.message.Answers;
import dev.parley.message.RecordReceipt;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Command.Ack;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

/** The command {@code ack}: the client has received everything up to the offset. */
@ApplicationScoped
class AckHandler implements CommandHandler<Ack> {
  @Inject ChannelPolicy policy;
  @Inject RecordReceipt receipts;

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
                delivered(command, context);
              } else {
                context.fail(problem);
              }
            });
  }

  /** Where there are receipts, everybody learns of it; elsewhere there is nothing to be kept. */
  private void delivered(Ack command, CommandContext context) {
    if (!receipts.appliesTo(command.channel())) {
      context.done();
      return;
    }
    try {
      CompletionStage<Receipt> stored =
          receipts.handle(
              context.caller(), command.channel(), command.offset(), 0, context.isAnswered());
      if (context.isAnswered()) {
        Answers.to(context, stored);
      } else {
        // Clients acknowledge in passing, often, and the next one says all that this one does.
        context.done();
      }
    } catch (CommandRejected e) {
      context.fail(e);
    }
  }

  static CommandRejected notSubscribed() {
    return CommandRejected.notFound("channel: is not subscribed");
  }

  static CommandRejected notSentYet() {
    return CommandRejected.badRequest("offset: is beyond what was sent to you");
  }
}
