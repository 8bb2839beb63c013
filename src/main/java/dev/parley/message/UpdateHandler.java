package dev.parley.message;

import dev.parley.protocol.Command.Update;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code update}: a stored message has other content. */
@ApplicationScoped
class UpdateHandler implements CommandHandler<Update> {
  @Inject ChangeMessage change;

  @Override
  public Class<Update> command() {
    return Update.class;
  }

  @Override
  public void handle(Update command, CommandContext context) {
    Answers.inTurn(context, change.update(context.caller(), command));
  }
}
