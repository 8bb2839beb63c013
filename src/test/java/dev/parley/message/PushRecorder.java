package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ServerFrame.MessagePush;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps what is pushed in the channels that a test names. */
@ApplicationScoped
public class PushRecorder {
  private final Map<ChannelKey, List<MessagePush>> pushes = new ConcurrentHashMap<>();

  /** What is pushed from now on, in order. */
  public List<MessagePush> record(ChannelKey channel) {
    return pushes.computeIfAbsent(channel, key -> new ArrayList<>());
  }

  /** Keeps no more of a channel. */
  public void forget(ChannelKey channel) {
    pushes.remove(channel);
  }

  void heard(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessagePublished published) {
    published
        .messages()
        .forEach(
            one -> {
              List<MessagePush> known = pushes.get(one.channel());
              if (known != null) {
                known.add(one.message());
              }
            });
  }
}
