package dev.parley.message;

import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.Command.Confirm;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code confirm}: the person confirms a message that asks for it. */
@ApplicationScoped
class ConfirmHandler implements CommandHandler<Confirm> {
  @Inject ConfirmMessage confirm;
  @Inject BlockingCalls calls;

  @Override
  public Class<Confirm> command() {
    return Confirm.class;
  }

  @Override
  public void handle(Confirm command, CommandContext context) {
    Answers.to(
        context,
        calls.call(() -> confirm.handle(context.caller(), command.channel(), command.messageId())));
  }
}
