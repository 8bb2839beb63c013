package dev.parley.message;

import dev.parley.protocol.ServerFrame;
import dev.parley.security.CommandContext;
import java.util.concurrent.CompletionStage;

/** Answers a command with what comes of it, when it comes. */
public final class Answers {
  private Answers() {}

  /**
   * The same for what takes a place among others first: the connection's next command may begin
   * when it has that.
   */
  static <T extends ServerFrame> void inTurn(
      CommandContext context, CompletionStage<CompletionStage<T>> placed) {
    to(
        context,
        placed.thenCompose(
            outcome -> {
              context.goOn();
              return outcome;
            }));
  }

  /** Replies with the outcome, or says how it failed. */
  public static void to(CommandContext context, CompletionStage<? extends ServerFrame> outcome) {
    CompletionStage<?> unused =
        outcome.whenComplete(
            (reply, failure) -> {
              if (reply == null) {
                context.fail(failure);
              } else {
                context.reply(reply);
              }
            });
  }
}
