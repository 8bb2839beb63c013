package dev.parley.connection;

import dev.parley.protocol.Command.Ping;
import dev.parley.protocol.ServerFrame.Pong;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;

/** The command {@code ping}: browsers cannot send WebSocket pings of their own. */
@ApplicationScoped
class PingHandler implements CommandHandler<Ping> {
  @Override
  public Class<Ping> command() {
    return Ping.class;
  }

  @Override
  public boolean isActivity() {
    return false;
  }

  @Override
  public void handle(Ping command, CommandContext context) {
    context.reply(new Pong());
  }
}
