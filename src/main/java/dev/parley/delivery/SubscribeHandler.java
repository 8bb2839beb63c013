package dev.parley.delivery;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.protocol.Command.Subscribe;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Operation;
import dev.parley.protocol.PresentUser;
import dev.parley.protocol.ServerFrame.Subscribed;
import dev.parley.ratelimit.Refusals;
import dev.parley.ratelimit.Refused;
import dev.parley.security.AuditEvent;
import dev.parley.security.AuditEvent.Kind;
import dev.parley.security.CommandContext;
import dev.parley.security.CommandHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code subscribe}. On a channel that is subscribed already it repairs a gap: pushes
 * stop until its reply, which reaches up to where they go on.
 */
@ApplicationScoped
class SubscribeHandler implements CommandHandler<Subscribe> {
  @Inject ChannelPolicy policy;
  @Inject Positions positions;
  @Inject Refusals refusals;
  @Inject Event<AuditEvent> audit;

  @Override
  public Class<Subscribe> command() {
    return Subscribe.class;
  }

  @Override
  public void handle(Subscribe command, CommandContext context) {
    CompletableFuture<?> unused =
        rights(command, context)
            .thenAccept(rights -> join(command, context, allowed(command, rights)))
            .exceptionally(
                failure -> {
                  note(failure, command, context);
                  context.fail(failure);
                  return null;
                });
  }

  /** What is known at once may be refused at once. */
  private CompletableFuture<Rights> rights(Subscribe command, CommandContext context) {
    try {
      return policy.rights(context.caller(), command.channel());
    } catch (CommandRejected e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void refuse(CommandRejected refused, Subscribe command, CommandContext context) {
    note(refused, command, context);
    context.fail(refused);
  }

  private void note(Throwable failure, Subscribe command, CommandContext context) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (!(cause instanceof CommandRejected refused)) {
      return;
    }
    if (refused.code() == ErrorCode.LIMIT_EXCEEDED) {
      refusals.count("channels", Refused.caller(context.caller()));
    } else if (refused.code() == ErrorCode.FORBIDDEN || refused.code() == ErrorCode.NOT_FOUND) {
      audit.fire(
          AuditEvent.by(Kind.SUBSCRIPTION_REFUSED, context.caller(), refused.code().code())
              .about(command.channel().value()));
    }
  }

  private static Rights allowed(Subscribe command, Rights rights) {
    Rights subscriber = rights.requireSubscribe();
    return command.history() > 0 ? subscriber.requireHistory() : subscriber;
  }

  private void join(Subscribe command, CommandContext context, Rights rights) {
    Subscriber subscriber = context.part(Subscriber.class);
    positions.resolve(
        context.caller(),
        rights,
        command,
        request ->
            subscriber.join(
                List.of(request),
                joined ->
                    context.reply(
                        subscribed(
                            joined.get(0),
                            rights.permissions(),
                            mayWatch(command, rights)
                                ? subscriber.watch(request.channel())
                                : null)),
                refused -> refuse(refused, command, context)),
        context::fail);
  }

  private static boolean mayWatch(Subscribe command, Rights rights) {
    return command.presence() && rights.allow(Operation.PRESENCE);
  }

  private static Subscribed subscribed(
      Joined joined, List<String> permissions, @Nullable List<PresentUser> presence) {
    return new Subscribed(
        joined.name(),
        joined.position(),
        joined.recovered(),
        joined.wasRecovering(),
        joined.messages().stream().map(StreamMessage::json).toList(),
        permissions,
        null,
        presence);
  }
}
