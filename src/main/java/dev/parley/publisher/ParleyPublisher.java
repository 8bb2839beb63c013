package dev.parley.publisher;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;

/** Decides which way a call goes: with the transaction, if there is one. Any thread. */
@ApplicationScoped
class ParleyPublisher implements Publisher, Notifier {
  @Inject RequestText text;
  @Inject Outbox outbox;
  @Inject HttpCalls http;
  @Inject PublisherSettings settings;

  @Override
  public void publish(String channel, String event, Object data) {
    handOver(text.message(channel, event, data));
  }

  @Override
  public void notify(Collection<String> users, String kind, Object data) {
    handOver(text.notification(named(users), kind, data, false));
  }

  @Override
  public void notifyUrgently(Collection<String> users, String kind, Object data) {
    handOver(text.notification(named(users), kind, data, true));
  }

  @Override
  public void notifyTenant(String kind, Object data) {
    handOver(text.notification(List.of(), kind, data, false));
  }

  void publish(@Observes PublishRequest request) {
    publish(request.channel(), request.event(), request.data());
  }

  void notify(@Observes NotifyRequest request) {
    handOver(text.notification(request.users(), request.kind(), request.data(), request.urgent()));
  }

  private static Collection<String> named(Collection<String> users) {
    if (users.isEmpty()) {
      // Nobody must not become everybody by an empty query result.
      throw new PublishFailed("users: must name somebody");
    }
    return users;
  }

  private void handOver(Request request) {
    boolean recorded =
        outbox.isInTransaction() || (settings.dataSource().isPresent() && settings.url().isEmpty());
    if (recorded) {
      outbox.record(request);
    } else {
      http.send(request);
    }
  }
}
