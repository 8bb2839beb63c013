package dev.parley.connection;

import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.Command.Refresh;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Refreshed;
import dev.parley.security.Caller;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import dev.parley.security.TokenVerifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;

/** The command {@code refresh}: the same person goes on with a newer token. */
@ApplicationScoped
class RefreshHandler implements CommandHandler<Refresh> {
  @Inject TokenVerifier tokens;
  @Inject BlockingCalls calls;

  @Override
  public Class<Refresh> command() {
    return Refresh.class;
  }

  @Override
  public boolean isActivity() {
    return false;
  }

  @Override
  public void handle(Refresh command, CommandContext context) {
    CompletableFuture<?> unused =
        calls
            .call(() -> tokens.verify(command.token()))
            .whenComplete(
                (caller, failure) -> {
                  if (caller == null) {
                    context.fail(failure);
                  } else {
                    accept(caller, context);
                  }
                });
  }

  private static void accept(Caller caller, CommandContext context) {
    if (!context.caller().isSamePerson(caller)) {
      context.fail(CommandRejected.forbidden("token: is another person's"));
      return;
    }
    context.part(Connection.class).accept(caller);
    context.reply(new Refreshed(caller.expiresAt()));
  }
}
