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

  /** A channel's publishes keep their order in its append lane. */
  @Override
  public boolean isPipelined() {
    return true;
  }

  @Override
  public void handle(Publish command, CommandContext context) {
    Answers.to(context, publish.handle(context.caller(), command));
  }
}
