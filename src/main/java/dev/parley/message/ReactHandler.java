package dev.parley.message;

import dev.parley.protocol.Command.React;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code react}: to a stored message. */
@ApplicationScoped
class ReactHandler implements CommandHandler<React> {
  @Inject ChangeMessage change;

  @Override
  public Class<React> command() {
    return React.class;
  }

  @Override
  public void handle(React command, CommandContext context) {
    Answers.inTurn(context, change.react(context.caller(), command));
  }
}
