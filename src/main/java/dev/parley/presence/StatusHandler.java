package dev.parley.presence;

import dev.parley.protocol.Command.Status;
import dev.parley.protocol.ServerFrame.Ok;
import dev.parley.ratelimit.PersonLimits;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code status}: how the caller wants to be seen. */
@ApplicationScoped
class StatusHandler implements CommandHandler<Status> {
  @Inject Presence presence;
  @Inject PersonLimits limits;

  @Override
  public Class<Status> command() {
    return Status.class;
  }

  @Override
  public void handle(Status command, CommandContext context) {
    limits.presence(context.caller());
    presence.choose(context.caller(), command);
    context.reply(new Ok());
  }
}
