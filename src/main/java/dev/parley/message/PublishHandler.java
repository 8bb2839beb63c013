package dev.parley.message;

import dev.parley.protocol.Command.Publish;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The command {@code publish}. */
@ApplicationScoped
class PublishHandler implements CommandHandler<Publish> {
  @Inject PublishMessage publish;

  @Override
  public Class<Publish> command() {
    return Publish.class;
  }

  /**
   * The next command may begin as soon as the message has its place: from there on its append lane
   * keeps the order of a channel's messages. When a room has to be looked up first, the next
   * command waits for that.
   */
  @Override
  public void handle(Publish command, CommandContext context) {
    Answers.inTurn(context, publish.begin(context.caller(), command));
  }
}
