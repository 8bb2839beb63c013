package dev.parley.message;

import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.Command.History;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code history}. */
@ApplicationScoped
class HistoryHandler implements CommandHandler<History> {
  @Inject ReadHistory history;
  @Inject BlockingCalls calls;

  @Override
  public Class<History> command() {
    return History.class;
  }

  @Override
  public void handle(History command, CommandContext context) {
    Answers.to(context, calls.call(() -> history.handle(context.caller(), command)));
  }
}
