package dev.parley.presence;

import dev.parley.protocol.Command.Presence;
import dev.parley.protocol.ServerFrame.PresenceList;
import dev.parley.ratelimit.PersonLimits;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

/** The command {@code presence}: who is in the channel. */
@ApplicationScoped
class PresenceHandler implements CommandHandler<Presence> {
  @Inject ReadPresence read;
  @Inject PersonLimits limits;

  @Override
  public Class<Presence> command() {
    return Presence.class;
  }

  @Override
  public void handle(Presence command, CommandContext context) {
    limits.presence(context.caller());
    CompletionStage<?> unused =
        read.all(context.caller(), command.channel())
            .whenComplete(
                (users, failure) -> {
                  if (users == null) {
                    context.fail(failure);
                  } else {
                    context.reply(new PresenceList(command.channel(), users));
                  }
                });
  }
}
