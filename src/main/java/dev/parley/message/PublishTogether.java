package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Namespaces;
import dev.parley.channel.Rights;
import dev.parley.platform.Ids;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.MessageId;
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
  @Inject ChannelPolicy policy;
  @Inject Namespaces namespaces;
  @Inject LogChannels channels;
  @Inject MessageLog log;
  @Inject EphemeralMessages ephemeral;
  @Inject PayloadLimit payload;
  @Inject Failures failures;
  @Inject Ids ids;

  /** Stores them, or passes them on; the answers are in the order of the messages. */
  public List<Outcome> handle(Caller caller, List<Publish> publishes) {
    Map<Integer, Outcome> answers = new TreeMap<>();
    Map<Integer, Append> durable = new TreeMap<>();
    for (int i = 0; i < publishes.size(); i++) {
      try {
        Append append = allowed(caller, publishes.get(i));
        if (namespaces.of(append.channel().name()).durable()) {
          durable.put(i, append);
        } else {
          answers.put(i, Outcome.of(ephemeral.pass(append)));
        }
      } catch (CommandRejected e) {
        answers.put(i, Outcome.of(e));
      }
    }
    if (!durable.isEmpty()) {
      channels.prepare(durable.values().stream().map(Append::channel).distinct().toList());
      Iterator<Outcome> stored = store(List.copyOf(durable.values())).iterator();
      durable.keySet().forEach(place -> answers.put(place, stored.next()));
    }
    return List.copyOf(answers.values());
  }

  private Append allowed(Caller caller, Publish publish) {
    Rights rights = policy.rightsNow(caller, publish.channel()).requirePublish();
    if (MessageErasure.isReserved(publish.event())
        || EntryKind.isReserved(publish.event(), rights)) {
      throw CommandRejected.badRequest("event: is reserved for the server");
    }
    payload.check(publish.data());
    return new Append(rights.channel(), caller.ref(), publish, new MessageId(ids.timeOrdered()));
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
