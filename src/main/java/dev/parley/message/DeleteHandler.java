package dev.parley.message;

import dev.parley.protocol.Command.Delete;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code delete}: a stored message is taken back. */
@ApplicationScoped
class DeleteHandler implements CommandHandler<Delete> {
  @Inject ChangeMessage change;

  @Override
  public Class<Delete> command() {
    return Delete.class;
  }

  @Override
  public void handle(Delete command, CommandContext context) {
    Answers.inTurn(context, change.delete(context.caller(), command));
  }
}
