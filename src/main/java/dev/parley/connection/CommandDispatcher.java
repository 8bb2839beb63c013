package dev.parley.connection;

import dev.parley.protocol.Command;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.security.CommandHandler;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;

/** Finds the handler of a command among the features' beans. Any thread. */
@ApplicationScoped
public class CommandDispatcher {
  @Inject @Any Instance<CommandHandler<?>> beans;

  private final Map<Class<?>, CommandHandler<?>> handlers = new HashMap<>();

  @PostConstruct
  void collect() {
    for (CommandHandler<?> handler : beans) {
      if (handlers.put(handler.command(), handler) != null) {
        throw new IllegalStateException("two handlers for " + handler.command());
      }
    }
  }

  /** The handler of this command. */
  @SuppressWarnings("unchecked") // the map's keys are the handlers' own command types
  CommandHandler<Command> handler(Command command) {
    CommandHandler<?> handler = handlers.get(command.getClass());
    if (handler == null) {
      throw new CommandRejected(ErrorCode.BAD_REQUEST, "type: cannot be used on this connection");
    }
    return (CommandHandler<Command>) handler;
  }
}
