package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides who may do what in a channel. The algorithm: the channel's namespace must be declared
 * (else {@code not_found}); the namespace's rule for the operation must admit the caller (else
 * {@code forbidden}); a caller only ever reaches channels of its own tenant, because the key is
 * made from the caller's tenant and never from input. Any thread; never blocks.
 */
@ApplicationScoped
public class ChannelPolicy {
  @Inject Namespaces namespaces;

  /**
   * The channel, when the caller may receive its messages and read its history.
   *
   * @throws CommandRejected with {@code not_found} or {@code forbidden}
   */
  public ChannelKey toSubscribe(Caller caller, ChannelName channel) {
    if (!maySubscribe(caller, channel)) {
      throw CommandRejected.forbidden("channel: you may not receive its messages");
    }
    return new ChannelKey(caller.org(), channel);
  }

  /**
   * The channel, when the caller may publish into it.
   *
   * @throws CommandRejected with {@code not_found} or {@code forbidden}
   */
  public ChannelKey toPublish(Caller caller, ChannelName channel) {
    if (!mayPublish(caller, channel)) {
      throw CommandRejected.forbidden("channel: you may not publish into it");
    }
    return new ChannelKey(caller.org(), channel);
  }

  /** What the caller may do, as the {@code subscribed} reply lists it. */
  public List<String> permissions(Caller caller, ChannelName channel) {
    List<String> permissions = new ArrayList<>();
    if (maySubscribe(caller, channel)) {
      permissions.add("subscribe");
      if (namespaces.of(channel).durable()) {
        permissions.add("history");
      }
    }
    if (mayPublish(caller, channel)) {
      permissions.add("publish");
    }
    return permissions;
  }

  private boolean maySubscribe(Caller caller, ChannelName channel) {
    return namespaces.of(channel).subscribe().admits(caller, channel);
  }

  private boolean mayPublish(Caller caller, ChannelName channel) {
    Namespace namespace = namespaces.of(channel);
    boolean named = namespace.subscribe() != Access.ORG || Access.ORG.admits(caller, channel);
    return named && namespace.publish().admits(caller, channel);
  }
}
