package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.DirectPair;
import dev.parley.channel.Namespaces;
import dev.parley.channel.Rights;
import dev.parley.cluster.ClusterBus;
import dev.parley.cluster.Envelope;
import dev.parley.message.ConfirmationStore.Asked;
import dev.parley.message.ConfirmationStore.Confirmed;
import dev.parley.platform.BlockingCalls;
import dev.parley.platform.Gathered;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.ServerFrame.Confirmation;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Confirms a message that asks for it, and says who has and who has not. Its author is told on all
 * their connections. Blocks on the database.
 */
@ApplicationScoped
public class ConfirmMessage {
  /** What is presented again at once; the rest comes when these are confirmed. */
  static final int MAX_UNCONFIRMED = 100;

  /** The event under which its author is told. */
  private static final String EVENT = "confirmation";

  @Inject ChannelPolicy policy;
  @Inject Namespaces namespaces;
  @Inject ConfirmationStore store;
  @Inject UnconfirmedReader reader;
  @Inject ClusterBus bus;
  @Inject Clock clock;
  @Inject BlockingCalls calls;

  /** Many tenants ask nobody to confirm anything; which do is found out for many at once. */
  private Gathered<OrgId, Boolean> asking = new Gathered<>(new BlockingCalls(), orgs -> Map.of());

  /**
   * Confirms it; once more changes nothing.
   *
   * @throws CommandRejected with {@code not_found}, {@code forbidden}, {@code conflict} when the
   *     message asks for nothing
   */
  Confirmation handle(Caller caller, ChannelName name, MessageId id) {
    Rights rights = readable(caller, name);
    Confirmed done = confirm(rights, caller, id);
    if (!done.duplicate()) {
      tellAuthor(rights.channel(), caller, id, done);
    }
    return new Confirmation(name, id, caller.ref(), done.time(), done.duplicate());
  }

  private Confirmed confirm(Rights rights, Caller caller, MessageId id) {
    try {
      return store.confirm(rights.channel(), id, caller.ref());
    } catch (CommandRejected e) {
      throw e;
    } catch (RuntimeException e) {
      // Another device of the same person may have been first: then it is there now.
      return store.confirm(rights.channel(), id, caller.ref());
    }
  }

  private void tellAuthor(ChannelKey channel, Caller caller, MessageId id, Confirmed done) {
    UserId author = new UserId(done.author());
    String own = "user:" + author.asChannelPart();
    if (ChannelName.isValid(own)) {
      ChannelName shown =
          channel.name().namespace().equals(DirectPair.NAMESPACE)
              ? new DirectPair(channel.org(), author, caller.user()).seenBy(author)
              : channel.name();
      Confirmation push = new Confirmation(shown, id, caller.ref(), done.time(), false);
      bus.announce(
          new Envelope(
              new ChannelKey(channel.org(), new ChannelName(own)),
              null,
              EVENT,
              clock.millis(),
              JsonWriter.push(push)));
    }
  }

  /** Who is asked, a page behind this one: for the author of the message, and an admin. */
  List<Asked> asked(Caller caller, ChannelName name, MessageId id, String after, int limit) {
    String self = caller.has(Caller.ADMIN) ? null : caller.user().value();
    return store.asked(readable(caller, name).channel(), id, self, after, limit);
  }

  private Rights readable(Caller caller, ChannelName name) {
    Rights rights = policy.rightsNow(caller, name).requireSubscribe();
    if (!rights.durable()) {
      throw CommandRejected.badRequest("channel: stores no messages");
    }
    return rights;
  }

  @PostConstruct
  void prepare() {
    asking =
        new Gathered<>(
            calls,
            orgs ->
                reader.asking(orgs).stream().collect(Collectors.toMap(org -> org, org -> true)));
  }

  /** What {@link #unconfirmed} says, for who must not be kept waiting. Any thread; never blocks. */
  public CompletableFuture<List<MessagePush>> unconfirmedLater(Caller caller) {
    return asking
        .ask(caller.org())
        .thenCompose(
            some ->
                some.isEmpty()
                    ? CompletableFuture.completedFuture(List.of())
                    : calls.call(() -> unconfirmed(caller)));
  }

  /**
   * What the caller is asked to confirm and has not, the oldest first, at most {@link
   * #MAX_UNCONFIRMED} and not much more than fits into a frame.
   */
  public List<MessagePush> unconfirmed(Caller caller) {
    List<ChannelName> own = namespaces.serverSubscribed(caller);
    return own.isEmpty() ? List.of() : reader.of(caller.org(), caller.user(), own, MAX_UNCONFIRMED);
  }
}
