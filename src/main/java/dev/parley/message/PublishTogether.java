package dev.parley.message;

import dev.parley.message.PrepareAppend.Prepared;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Publishes many messages in their order, in one transaction when nothing is wrong with any of
 * them. One that is refused is answered so, and does not keep back the others. Any thread; blocks
 * on the database.
 */
@ApplicationScoped
public class PublishTogether {
  @Inject PrepareAppend prepare;
  @Inject LogChannels channels;
  @Inject MessageLog log;
  @Inject EphemeralMessages ephemeral;
  @Inject Failures failures;

  /** Stores them, or passes them on; the answers are in the order of the messages. */
  public List<Outcome> handle(Caller caller, List<Publish> publishes) {
    Map<Integer, Outcome> answers = new TreeMap<>();
    Map<Integer, Prepared> durable = new TreeMap<>();
    for (int i = 0; i < publishes.size(); i++) {
      try {
        Prepared prepared = prepare.handle(caller, publishes.get(i));
        if (prepared.rights().durable()) {
          durable.put(i, prepared);
        } else {
          answers.put(i, Outcome.of(prepared.answer(ephemeral.pass(prepared.append()))));
        }
      } catch (CommandRejected e) {
        answers.put(i, Outcome.of(e));
      }
    }
    if (!durable.isEmpty()) {
      List<Append> appends = durable.values().stream().map(Prepared::append).toList();
      channels.prepare(appends.stream().map(Append::channel).distinct().toList());
      Iterator<Outcome> stored = store(appends).iterator();
      durable.forEach((place, one) -> answers.put(place, prepare.stored(one, stored.next())));
    }
    return List.copyOf(answers.values());
  }

  private List<Outcome> store(List<Append> appends) {
    try {
      return log.append(appends, () -> {});
    } catch (RuntimeException e) {
      // One that cannot be stored must not keep back the others.
      return appends.stream().map(this::storeAlone).toList();
    }
  }

  private Outcome storeAlone(Append append) {
    try {
      return log.appendUnlessStored(append, () -> {});
    } catch (RuntimeException e) {
      return Outcome.of(failures.toRejection(e));
    }
  }
}
