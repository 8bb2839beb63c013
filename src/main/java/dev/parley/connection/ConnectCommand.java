package dev.parley.connection;

import dev.parley.connection.ConnectionOpener.Start;
import dev.parley.delivery.Joined;
import dev.parley.platform.BlockingCalls;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.Command.Connect;
import dev.parley.protocol.Command.Resume;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame.Connected;
import dev.parley.security.Admission;
import dev.parley.security.Admission.Door;
import dev.parley.security.Caller;
import dev.parley.security.CommandContext;
import dev.parley.security.TokenVerifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Accepts a caller on a two-way connection: from the handshake's credential, or by the command
 * {@code connect}. Never blocks.
 */
@ApplicationScoped
public class ConnectCommand {
  @Inject TokenVerifier tokens;
  @Inject BlockingCalls calls;
  @Inject ConnectionOpener opener;
  @Inject ConnectionMetrics metrics;
  @Inject Admission admission;

  /** The handshake's credential was valid: connect, and push {@code connected}. */
  public void accept(Connection connection, Caller caller) {
    try {
      opener.open(
          connection,
          caller,
          Start.of(Resume.NONE),
          (connected, joined) -> connection.push("connected", connected),
          problem -> connection.close(CloseCode.SERVER_ERROR));
    } catch (CommandRejected e) {
      notOpened(connection, e);
    }
  }

  /** The handshake's credential was refused, or the first frame's is. */
  public void refuse(Connection connection, CommandRejected reason) {
    metrics.connect(connection.wire().kind(), reason.code().code());
    connection.close(
        switch (reason.code()) {
          case TOKEN_EXPIRED -> CloseCode.TOKEN_EXPIRED;
          // A blocked user: another credential would not help.
          case FORBIDDEN -> CloseCode.DISCONNECTED;
          case RATE_LIMITED -> CloseCode.CONNECTING_TOO_OFTEN;
          case LIMIT_EXCEEDED -> CloseCode.TOO_MANY_CONNECTIONS;
          case UNAVAILABLE, INTERNAL -> CloseCode.SERVER_ERROR;
          default -> CloseCode.INVALID_CREDENTIAL;
        });
  }

  /** Its tenant is full, as a node is: coming again later helps, and not because of the user. */
  private void notOpened(Connection connection, CommandRejected reason) {
    if (reason.code() == ErrorCode.LIMIT_EXCEEDED) {
      metrics.connect(connection.wire().kind(), reason.code().code());
      connection.close(CloseCode.NODE_FULL);
    } else {
      refuse(connection, reason);
    }
  }

  void handle(Connect command, Connection connection, CommandContext context) {
    CompletableFuture<?> unused =
        calls
            .call(() -> tokens.verify(command.token()))
            .whenComplete(
                (caller, failure) ->
                    connection
                        .subscriber()
                        .execute(
                            () -> {
                              if (caller == null) {
                                refused(connection, context, failure);
                              } else {
                                verified(command, connection, context, caller);
                              }
                            }));
  }

  private void refused(Connection connection, CommandContext context, Throwable failure) {
    if (connection.caller() != null) {
      // It has a valid credential already; this one changes nothing.
      context.fail(failure);
      return;
    }
    CommandRejected reason =
        failure.getCause() instanceof CommandRejected rejected
            ? rejected
            : new CommandRejected(ErrorCode.INTERNAL, "the token cannot be verified");
    metrics.authFailure(reason.code());
    context.fail(reason);
    // In the next round: the reply leaves before the close frame.
    connection.subscriber().execute(() -> refuse(connection, reason));
  }

  private void verified(
      Connect command, Connection connection, CommandContext context, Caller caller) {
    Caller known = connection.caller();
    if (known != null && !known.isSamePerson(caller)) {
      context.fail(CommandRejected.forbidden("token: is another person's"));
      return;
    }
    if (known == null && isRefused(connection, context, caller)) {
      return;
    }
    try {
      connection.device(command.device());
      opener.open(
          connection,
          caller,
          Start.of(command.resume()),
          (connected, joined) -> answer(connection, context, connected, joined),
          context::fail);
    } catch (CommandRejected e) {
      context.fail(e);
      if (known == null && e.code() == ErrorCode.LIMIT_EXCEEDED) {
        // In the next round: the reply leaves before the close frame.
        connection.subscriber().execute(() -> notOpened(connection, e));
      }
    }
  }

  /** A first frame comes after the upgrade, so the door could not know whose it is. */
  private boolean isRefused(Connection connection, CommandContext context, Caller caller) {
    CommandRejected refusal = admission.refusal(Door.SOCKET, caller);
    if (refusal == null) {
      return false;
    }
    context.fail(refusal);
    connection.subscriber().execute(() -> refuse(connection, refusal));
    return true;
  }

  private static void answer(
      Connection connection, CommandContext context, Connected connected, List<Joined> joined) {
    context.reply(connected);
    joined.forEach(one -> connection.subscriber().replay(one.messages()));
  }
}
