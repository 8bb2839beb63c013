package dev.parley.connection;

import dev.parley.channel.ChannelPolicyChanged;
import dev.parley.channel.ChannelPolicyChangedElsewhere;
import dev.parley.delivery.Notices;
import dev.parley.platform.BlockingCalls;
import dev.parley.platform.Ids;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tells the other nodes that the application's rules have changed: their beans first, then their
 * open subscriptions are decided anew. A hint: what is lost is found by {@link PolicyWatch}'s own
 * look. Any thread; never blocks.
 */
@ApplicationScoped
class PolicyHints {
  private static final System.Logger LOG = System.getLogger(PolicyHints.class.getName());

  private static final String NOTICE = "policy";

  @Inject Notices notices;
  @Inject PolicyWatch watch;
  @Inject BlockingCalls calls;
  @Inject Event<ChannelPolicyChangedElsewhere> elsewhere;
  @Inject Ids ids;

  /** Notices come to who has sent them as well. */
  private volatile String self = "";

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    self = ids.random(12);
    notices.listen(NOTICE, this::heard);
  }

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChannelPolicyChanged change) {
    notices.tell(NOTICE, written(change));
  }

  private String written(ChannelPolicyChanged change) {
    OrgId org = change.org();
    UserId user = change.user();
    return JsonWriter.object(
        out -> {
          out.writeStringField("from", self);
          if (org != null) {
            out.writeStringField("org", org.value());
          }
          if (user != null) {
            out.writeStringField("user", user.value());
          }
        });
  }

  private void heard(String text) {
    JsonObject fields = JsonReader.object(text);
    if (self.equals(fields.optionalString("from"))) {
      return;
    }
    String org = fields.optionalString("org");
    String user = fields.optionalString("user");
    act(
        new ChannelPolicyChanged(
            org == null ? null : new OrgId(org), user == null ? null : new UserId(user)));
  }

  /** Beans may read what they decide by from anywhere, which takes as long as it takes. */
  private void act(ChannelPolicyChanged change) {
    CompletableFuture<?> unused =
        calls
            .call(
                () -> {
                  elsewhere.fire(new ChannelPolicyChangedElsewhere(change));
                  return true;
                })
            .whenComplete((done, failure) -> decide(change, failure));
  }

  private void decide(ChannelPolicyChanged change, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.log(Level.WARNING, "Rules of the application may be old: {0}", failure.toString());
    }
    watch.review(change);
  }
}
