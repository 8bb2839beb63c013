package dev.parley.message;

import dev.parley.channel.Access;
import dev.parley.channel.Namespaces;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.EventName;
import dev.parley.security.ErasePerson;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.util.List;

/**
 * Erases a person from the logs of the tenant. Everything else stays as it is: offsets have no
 * hole, and who recovers gets placeholders.
 */
@ApplicationScoped
public class MessageErasure {
  /**
   * The event of the push that tells a channel's clients to remove what this person has said there.
   * No publish may use it.
   */
  public static final EventName EVENT = new EventName("person-erased");

  /** The event of a message whose content was erased. No publish may use it. */
  static final EventName PLACEHOLDER = new EventName("erased");

  @Inject EraseStore store;
  @Inject Namespaces namespaces;

  /** After the features, because they push into the logs what they have removed. */
  void erase(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ErasePerson person) {
    List<ChannelName> own =
        namespaces.all().stream()
            .filter(namespace -> namespace.subscribe() == Access.OWNER)
            .map(namespace -> namespace.name() + ":" + person.user().asChannelPart())
            .filter(ChannelName::isValid)
            .map(ChannelName::new)
            .toList();
    List<Long> channels = store.channels(person.org(), 0);
    while (!channels.isEmpty()) {
      channels.forEach(channel -> erase(channel, person, own));
      channels = store.channels(person.org(), channels.get(channels.size() - 1));
    }
  }

  private void erase(long channel, ErasePerson person, List<ChannelName> own) {
    long next = 1;
    while (next > 0) {
      EraseStore.Step step = store.erase(channel, next, person.org(), person.user(), own);
      person.erased("messages", step.erased());
      next = step.next();
    }
  }

  /** Whether only this class may publish under this event. */
  static boolean isReserved(EventName event) {
    return event.equals(EVENT) || event.equals(PLACEHOLDER);
  }
}
