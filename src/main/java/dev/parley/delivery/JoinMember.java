package dev.parley.delivery;

import dev.parley.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One channel of a {@link Join}: collects what lies between the wanted position and the end. Where
 * nothing is stored there is nothing between: it begins with what comes next.
 */
final class JoinMember {
  private final Subscription subscription;
  private final JoinRequest request;
  private final int limit;
  private final boolean again;
  private final List<StreamMessage> collected = new ArrayList<>();
  private long position;
  private boolean recovering;
  private boolean recovered;

  JoinMember(Subscription subscription, JoinRequest request, int limit, boolean again) {
    this.subscription = subscription;
    this.request = request;
    this.limit = limit;
    this.again = again;
    begin(subscription.tail().position());
  }

  private void begin(StreamPosition end) {
    if (!isDurable()) {
      recovering = request.from() != null;
      position = again ? subscription.position() : end.offset();
      return;
    }
    StreamPosition from = from();
    recovering = from != null;
    recovered =
        from != null
            && from.epoch().equals(end.epoch())
            && from.offset() <= end.offset()
            && end.offset() - from.offset() <= limit;
    if (recovered && from != null) {
      position = from.offset();
    } else if (!recovering) {
      position = Math.max(0, end.offset() - request.history());
    } else {
      position = end.offset();
    }
  }

  private boolean isDurable() {
    return subscription.tail().namespace().durable();
  }

  /**
   * Whoever joins again without saying where it stands goes on from what it was sent last: between
   * that and the tail's end there may be messages that are still on their way to it.
   */
  private @Nullable StreamPosition from() {
    return request.from() == null && again ? subscription.streamPosition() : request.from();
  }

  /** Whether the channel was joined before, so that a failed join must leave it as it was. */
  boolean isAgain() {
    return again;
  }

  Subscription subscription() {
    return subscription;
  }

  long position() {
    return position;
  }

  /** Whether it stands where the tail has not come to yet. */
  boolean isAhead() {
    StreamPosition from = request.from();
    StreamPosition end = subscription.tail().position();
    return isDurable()
        && !recovered
        && from != null
        && from.epoch().equals(end.epoch())
        && from.offset() > end.offset();
  }

  /**
   * Compares with the log itself: who has read an answer or a page of the history may know of more
   * than the tail does. It goes live ahead of the tail, which then passes over what it has.
   */
  void confirm(@Nullable StreamPosition logged) {
    begin(logged == null ? subscription.tail().position() : logged);
  }

  /** Comes up to the tail's end; false when the log has to be read first. */
  boolean reach() {
    if (!isDurable()) {
      return true;
    }
    List<StreamMessage> news = subscription.tail().after(position);
    if (news == null) {
      return false;
    }
    collect(news);
    return true;
  }

  /** Takes a page of the log; a hole before it means that the history was trimmed. */
  void take(List<StreamMessage> page) {
    if (page.isEmpty()) {
      // The tail knows of more than the log has kept.
      giveUp();
      return;
    }
    if (page.get(0).offset() != position + 1 && collected.isEmpty() && !recovering) {
      position = page.get(0).offset() - 1;
    }
    if (page.get(0).offset() == position + 1) {
      collect(page);
    } else {
      giveUp();
    }
  }

  private void collect(List<StreamMessage> messages) {
    for (StreamMessage message : messages) {
      collected.add(message);
      position = message.offset();
    }
    if (recovering && collected.size() > limit) {
      giveUp();
    }
  }

  /** Never a partial recovery: the client is told to reload, and begins at the end. */
  private void giveUp() {
    collected.clear();
    recovered = false;
    position = subscription.tail().position().offset();
  }

  Joined finish() {
    List<StreamMessage> messages = recovering && !recovered ? List.of() : collected;
    if (!recovering && messages.size() > request.history()) {
      messages = messages.subList(messages.size() - request.history(), messages.size());
    }
    return new Joined(
        subscription.channel(),
        subscription.name(),
        subscription.tail().channelId(),
        isDurable() ? subscription.tail().position().at(position) : null,
        messages.stream().map(subscription::shown).toList(),
        recovered,
        recovering);
  }
}
