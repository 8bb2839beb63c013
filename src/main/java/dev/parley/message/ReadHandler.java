package dev.parley.message;

import dev.parley.protocol.Command.Read;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code read}: the person has seen everything up to the offset. */
@ApplicationScoped
class ReadHandler implements CommandHandler<Read> {
  @Inject RecordReceipt record;

  @Override
  public Class<Read> command() {
    return Read.class;
  }

  @Override
  public void handle(Read command, CommandContext context) {
    // Watermarks come to the same end in any order.
    context.goOn();
    Answers.to(
        context,
        record.handle(
            context.caller(), command.channel(), 0, command.offset(), context.isAnswered()));
  }
}
