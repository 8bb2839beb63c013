package dev.parley.presence;

import dev.parley.protocol.Command.Typing;
import dev.parley.ratelimit.PersonLimits;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

/** The command {@code typing}. */
@ApplicationScoped
class TypingHandler implements CommandHandler<Typing> {
  @Inject Typists typists;
  @Inject PersonLimits limits;

  @Override
  public Class<Typing> command() {
    return Typing.class;
  }

  @Override
  public void handle(Typing command, CommandContext context) {
    limits.typing(context.caller());
    CompletionStage<?> unused =
        typists
            .say(context.caller(), command)
            .whenComplete(
                (said, failure) -> {
                  if (failure == null) {
                    context.done();
                  } else {
                    context.fail(failure);
                  }
                });
  }
}
