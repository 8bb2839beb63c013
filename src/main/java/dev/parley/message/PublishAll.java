package dev.parley.message;

import dev.parley.message.PrepareAppend.Prepared;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.ratelimit.PublishLimit;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Publishes many messages of one business application in one transaction: all are stored, in their
 * order in each channel, or none is. What was stored under its key before counts as stored. Any
 * thread; blocks on the database.
 */
@ApplicationScoped
class PublishAll {
  @Inject PrepareAppend prepare;
  @Inject PublishLimit limit;
  @Inject LogChannels channels;
  @Inject MessageLog log;
  @Inject Failures failures;

  /**
   * Stores all of them.
   *
   * @return the answers, in the order of the messages
   * @throws CommandRejected before anything is stored: {@code forbidden} to who is no publisher,
   *     {@code rate_limited}, or what is wrong with the first message that is refused, by its
   *     index; {@code unavailable} when the database is out of reach
   */
  List<Published> handle(Caller caller, List<Publish> publishes) {
    if (!caller.has(Caller.PUBLISHER)) {
      throw CommandRejected.forbidden("this is for publishers");
    }
    if (publishes.isEmpty()) {
      throw CommandRejected.badRequest("messages: must not be empty");
    }
    List<Prepared> prepared = new ArrayList<>(publishes.size());
    for (Publish publish : publishes) {
      prepared.add(prepare(caller, publish, prepared.size()));
    }
    limit.take(caller.org(), caller.user(), true, publishes.size());
    List<Append> appends = prepared.stream().map(Prepared::append).toList();
    channels.prepare(appends.stream().map(Append::channel).distinct().toList());
    return answers(prepared, store(appends));
  }

  private Prepared prepare(Caller caller, Publish publish, int index) {
    try {
      Prepared prepared = prepare.handle(caller, publish);
      if (!prepared.rights().durable()) {
        throw CommandRejected.badRequest("channel: stores nothing, so it is in no transaction");
      }
      return prepared;
    } catch (CommandRejected e) {
      throw e.in(element(index));
    }
  }

  private List<Outcome> store(List<Append> appends) {
    AtomicBoolean mayBeStored = new AtomicBoolean();
    try {
      return log.appendAll(appends, () -> mayBeStored.set(true));
    } catch (RuntimeException e) {
      throw mayBeStored.get() && failures.isOutOfReach(e)
          ? failures.inDoubt(e)
          : failures.toRejection(e);
    }
  }

  private List<Published> answers(List<Prepared> prepared, List<Outcome> outcomes) {
    int last = outcomes.size() - 1;
    CommandRejected rejected = outcomes.get(last).rejected();
    if (rejected != null) {
      throw rejected.in(element(last));
    }
    List<Published> answers = new ArrayList<>(outcomes.size());
    for (int i = 0; i < outcomes.size(); i++) {
      Published published = prepare.stored(prepared.get(i), outcomes.get(i)).published();
      if (published == null) {
        throw new IllegalStateException("no outcome was recorded");
      }
      answers.add(published);
    }
    return answers;
  }

  /** How the request names one of its messages. */
  static String element(int index) {
    return "messages[" + index + "]";
  }
}
