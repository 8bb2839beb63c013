package dev.parley.delivery;

import dev.parley.protocol.CommandRejected;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Brings subscriptions from where their subscriber stands to the live stream, without a gap and
 * without a repetition: reads the log until the tail's own memory covers the rest, then, in one
 * turn of the dispatcher, takes that rest, tells the subscriber and goes live. In that turn no news
 * can come in between. On the connection's dispatcher only.
 */
final class Join {
  /** Rounds of reading; a channel that grows faster than it can be read is not recoverable. */
  private static final int MAX_ROUNDS = 50;

  private final Dispatcher dispatcher;
  private final LogSource log;
  private final List<JoinMember> members;
  private final Consumer<List<Joined>> joined;
  private final Consumer<Throwable> failed;
  private int rounds;
  private boolean confirmed;

  Join(
      Dispatcher dispatcher,
      LogSource log,
      List<JoinMember> members,
      Consumer<List<Joined>> joined,
      Consumer<Throwable> failed) {
    this.dispatcher = dispatcher;
    this.log = log;
    this.members = List.copyOf(members);
    this.joined = joined;
    this.failed = failed;
  }

  void run() {
    if (members.stream().anyMatch(member -> !member.subscription().isJoining())) {
      failed.accept(CommandRejected.unavailable("the subscription was ended", null));
      return;
    }
    List<JoinMember> ahead = members.stream().filter(JoinMember::isAhead).toList();
    if (!ahead.isEmpty() && !confirmed) {
      confirm(ahead);
      return;
    }
    List<JoinMember> behind = members.stream().filter(member -> !member.reach()).toList();
    if (behind.isEmpty()) {
      goLive();
    } else if (++rounds > MAX_ROUNDS) {
      failed.accept(CommandRejected.unavailable("the channel grows faster than it is read", null));
    } else {
      read(behind);
    }
  }

  private void confirm(List<JoinMember> ahead) {
    confirmed = true;
    List<Long> ids =
        ahead.stream().map(member -> member.subscription().tail().channelId()).toList();
    CompletableFuture<?> unused =
        log.positions(ids)
            .whenCompleteAsync(
                (logged, failure) -> {
                  if (logged == null) {
                    failed.accept(failure);
                  } else {
                    ahead.forEach(
                        member ->
                            member.confirm(logged.get(member.subscription().tail().channelId())));
                    run();
                  }
                },
                dispatcher::execute);
  }

  private void goLive() {
    List<Joined> results = new ArrayList<>(members.size());
    members.forEach(member -> results.add(member.finish()));
    joined.accept(results);
    for (JoinMember member : members) {
      if (member.subscription().isJoining()) {
        member.subscription().goLive(member.position());
      }
    }
  }

  private void read(List<JoinMember> behind) {
    List<CompletableFuture<?>> pages = new ArrayList<>(behind.size());
    for (JoinMember member : behind) {
      pages.add(
          log.after(member.subscription().channel(), member.position())
              .thenAcceptAsync(member::take, dispatcher::execute));
    }
    CompletableFuture<?> unused =
        CompletableFuture.allOf(pages.toArray(CompletableFuture[]::new))
            .whenCompleteAsync(
                (done, failure) -> {
                  if (failure == null) {
                    run();
                  } else {
                    failed.accept(failure);
                  }
                },
                dispatcher::execute);
  }
}
