package dev.parley.delivery;

import dev.parley.channel.Rights;
import dev.parley.message.DirectOpened;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.Operation;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings one connection into the direct conversations of its caller when they begin to go on. What
 * is announced comes again with each look at the database, so what was dealt with is remembered; a
 * client that has left a conversation stays out of it until it begins anew. On the connection's
 * dispatcher only.
 */
final class DirectReader {
  private static final System.Logger LOG = System.getLogger(DirectReader.class.getName());

  /** Conversations that are remembered; the longest ago is forgotten. */
  private static final int MAX_DEALT_WITH = 1_000;

  private final Subscriber subscriber;
  private final Caller caller;
  private final DirectInboxes inboxes;

  private final Map<ChannelKey, StreamPosition> dealtWith =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ChannelKey, StreamPosition> eldest) {
          return size() > MAX_DEALT_WITH;
        }
      };

  /** What was announced before the connection was live; bounded as what is dealt with. */
  private final List<DirectOpened> early = new ArrayList<>();

  private boolean live;

  DirectReader(Subscriber subscriber, Caller caller, DirectInboxes inboxes) {
    this.subscriber = subscriber;
    this.caller = caller;
    this.inboxes = inboxes;
  }

  Caller caller() {
    return caller;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  /** The connection is live, with these joined already. */
  void begin(List<DirectOpened> joined) {
    joined.forEach(one -> dealtWith.put(one.pair().key(), one.before()));
    live = true;
    List.copyOf(early).forEach(this::opened);
    early.clear();
  }

  /** A conversation begins to go on, or has done so a short time ago. */
  void opened(DirectOpened conversation) {
    if (!live) {
      if (early.size() < MAX_DEALT_WITH) {
        early.add(conversation);
      }
      return;
    }
    StreamPosition before = dealtWith.put(conversation.pair().key(), conversation.before());
    if (conversation.before().equals(before)) {
      return;
    }
    Rights rights = inboxes.rights(caller, conversation);
    if (rights != null
        && rights.allow(Operation.SUBSCRIBE)
        && !subscriber.isSubscribed(rights.channel())) {
      join(rights, conversation);
    }
  }

  private void join(Rights rights, DirectOpened conversation) {
    subscriber.joinIfNew(
        new JoinRequest(rights, conversation.before(), 0),
        joined -> subscriber.joinedByServer(joined.get(0), rights),
        problem -> {
          // The next look at the database tries again, while it is recent.
          dealtWith.remove(rights.channel());
          LOG.log(Level.DEBUG, "A direct conversation could not be joined: {0}", problem.text());
        });
  }
}
