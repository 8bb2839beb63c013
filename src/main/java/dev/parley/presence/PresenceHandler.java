package dev.parley.presence;

import dev.parley.protocol.Command.Presence;
import dev.parley.protocol.ServerFrame.PresenceList;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code presence}: who is in the channel. */
@ApplicationScoped
class PresenceHandler implements CommandHandler<Presence> {
  @Inject ReadPresence read;

  @Override
  public Class<Presence> command() {
    return Presence.class;
  }

  @Override
  public void handle(Presence command, CommandContext context) {
    context.reply(
        new PresenceList(command.channel(), read.all(context.caller(), command.channel())));
  }
}
