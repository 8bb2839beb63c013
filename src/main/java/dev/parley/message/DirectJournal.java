package dev.parley.message;

import dev.parley.channel.DirectInbox;
import dev.parley.channel.DirectPair;
import dev.parley.cluster.ClusterBus;
import dev.parley.message.MessagePublished.Stored;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the transaction of a direct message that its conversation goes on, and tells the nodes
 * of the two, after the commit, when it has been at rest before: they bring the connections of the
 * two into it.
 */
@ApplicationScoped
class DirectJournal {
  @Inject DirectConversations conversations;
  @Inject LogHeads heads;
  @Inject Event<DirectOpened> opened;
  @Inject ClusterBus bus;

  void note(@Observes MessagePublished event) {
    Map<ChannelKey, Stored> first = new LinkedHashMap<>();
    for (Stored stored : event.messages()) {
      if (stored.channel().name().namespace().equals(DirectPair.NAMESPACE)) {
        first.putIfAbsent(stored.channel(), stored);
      }
    }
    first.values().forEach(this::note);
  }

  private void note(Stored stored) {
    DirectOpened conversation =
        conversations.spoken(
            heads.idOf(stored.channel()),
            pair(stored),
            stored.message().position(),
            stored.message().time());
    if (conversation != null) {
      opened.fire(conversation);
    }
  }

  /** Known by the author and by the name under which the author has written. */
  private static @Nullable DirectPair pair(Stored stored) {
    String id = stored.message().user().id();
    if (id.isEmpty()) {
      // Nobody's: it tells that somebody was erased.
      return null;
    }
    UserId author = new UserId(id);
    try {
      DirectPair pair = DirectPair.of(stored.channel().org(), author, stored.writtenIn());
      return pair.key().equals(stored.channel()) ? pair : null;
    } catch (CommandRejected e) {
      // Written by the server, which knows the channel under its own name.
      return null;
    }
  }

  void announce(@Observes(during = TransactionPhase.AFTER_SUCCESS) DirectOpened conversation) {
    DirectPair pair = conversation.pair();
    announce(conversation, pair.one());
    if (!pair.one().equals(pair.other())) {
      announce(conversation, pair.other());
    }
  }

  private void announce(DirectOpened conversation, UserId user) {
    bus.announce(conversation.in(DirectInbox.of(conversation.pair().org(), user)));
  }
}
