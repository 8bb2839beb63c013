package dev.parley.security;

import dev.parley.protocol.Command;

/**
 * Carries out one type of command for an authenticated caller. A feature brings a handler by being
 * a bean of this type; connections find it by the command's class and know nothing else about it.
 * Called on the connection's dispatcher: must not block.
 */
public interface CommandHandler<C extends Command> {
  /** The commands that this handler carries out. */
  Class<C> command();

  /**
   * Carries the command out and answers it, now or later, exactly once.
   *
   * @throws dev.parley.protocol.CommandRejected which is the answer then
   */
  void handle(C command, CommandContext context);
}
