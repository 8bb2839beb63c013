package dev.parley.message;

import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.Command.History;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

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
    CompletionStage<?> unused =
        calls
            .call(() -> history.handle(context.caller(), command))
            .whenComplete(
                (page, failure) -> {
                  if (page == null) {
                    context.fail(failure);
                  } else {
                    context.reply(page);
                  }
                });
  }
}
