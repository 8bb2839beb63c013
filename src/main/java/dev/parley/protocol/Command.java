package dev.parley.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client asks for. Each is valid by construction; what it may do is decided elsewhere. */
public sealed interface Command {
  /** The type on the wire. */
  String type();

  /** Present a credential as the first frame, and say from where to resume. */
  record Connect(String token, @Nullable String device, Resume resume) implements Command {
    @Override
    public String type() {
      return "connect";
    }
  }

  /** Receive a channel's messages, perhaps from a position on. */
  record Subscribe(ChannelName channel, @Nullable Recover recover, int history, boolean presence)
      implements Command {
    @Override
    public String type() {
      return "subscribe";
    }
  }

  /** Receive a channel's messages no longer. */
  record Unsubscribe(ChannelName channel) implements Command {
    @Override
    public String type() {
      return "unsubscribe";
    }
  }

  /** Store a message and deliver it to the channel's subscribers. */
  record Publish(
      ChannelName channel,
      EventName event,
      JsonText data,
      @Nullable IdempotencyKey key,
      boolean confirm,
      @Nullable MessageId replyTo,
      List<UserId> mentions)
      implements Command {
    /** Most people that one message may mention: a group, and not everybody by name. */
    public static final int MAX_MENTIONS = 50;

    public Publish {
      mentions = mentions.stream().distinct().toList();
      if (mentions.size() > MAX_MENTIONS) {
        throw CommandRejected.badRequest("mentions: must be at most " + MAX_MENTIONS + " users");
      }
    }

    /** One that answers no other and mentions nobody. */
    public Publish(
        ChannelName channel,
        EventName event,
        JsonText data,
        @Nullable IdempotencyKey key,
        boolean confirm) {
      this(channel, event, data, key, confirm, null, List.of());
    }

    @Override
    public String type() {
      return "publish";
    }
  }

  /**
   * Give a message that is stored other content.
   *
   * @param version the version that it must have now; null for any
   */
  record Update(
      ChannelName channel,
      MessageId messageId,
      JsonText data,
      @Nullable Long version,
      @Nullable IdempotencyKey key)
      implements Command {
    @Override
    public String type() {
      return "update";
    }
  }

  /** Take a message back: its place stays, its content goes. */
  record Delete(ChannelName channel, MessageId messageId, @Nullable Long version)
      implements Command {
    @Override
    public String type() {
      return "delete";
    }
  }

  /** React to a message, or take the reaction back. */
  record React(ChannelName channel, MessageId messageId, Reaction reaction, boolean remove)
      implements Command {
    @Override
    public String type() {
      return "react";
    }
  }

  /** Confirm a message that asks for it. */
  record Confirm(ChannelName channel, MessageId messageId) implements Command {
    @Override
    public String type() {
      return "confirm";
    }
  }

  /** Everything up to {@code offset} has been received. */
  record Ack(ChannelName channel, long offset) implements Command {
    @Override
    public String type() {
      return "ack";
    }
  }

  /** Everything up to {@code offset} has been seen by the person. */
  record Read(ChannelName channel, long offset) implements Command {
    @Override
    public String type() {
      return "read";
    }
  }

  /** Read stored messages, a page at a time. */
  record History(
      ChannelName channel, @Nullable HistoryBound before, @Nullable HistoryBound after, int limit)
      implements Command {
    /** Largest page. */
    public static final int MAX_LIMIT = 100;

    /** The page when none is asked for. */
    public static final int DEFAULT_LIMIT = 50;

    public History {
      if (limit < 1 || limit > MAX_LIMIT) {
        throw CommandRejected.badRequest("limit: must be from 1 to 100");
      }
      if (before != null && after != null) {
        throw CommandRejected.badRequest("before: cannot be combined with after");
      }
    }

    @Override
    public String type() {
      return "history";
    }
  }

  /** Go on with a new token. */
  record Refresh(String token) implements Command {
    @Override
    public String type() {
      return "refresh";
    }
  }

  /** Is the server there? */
  record Ping() implements Command {
    @Override
    public String type() {
      return "ping";
    }
  }

  /** From where to recover one channel: a position, or a cursor that holds one. */
  record Recover(@Nullable StreamPosition position, @Nullable String cursor) {}

  /** From where to resume the channels that the server subscribes by itself. */
  record Resume(Map<ChannelName, StreamPosition> positions, @Nullable String cursor) {
    /** Nothing to resume: begin with what comes next. */
    public static final Resume NONE = new Resume(Map.of(), null);

    public Resume {
      positions = Map.copyOf(positions);
    }
  }

  /** One end of a history page: an offset, or the opaque cursor of the page before. */
  record HistoryBound(long offset, @Nullable String cursor) {
    public static HistoryBound ofOffset(long offset) {
      if (offset < 0 || offset > StreamPosition.MAX_OFFSET) {
        throw CommandRejected.badRequest("offset: must be an integer from 0 to 2^53-1");
      }
      return new HistoryBound(offset, null);
    }

    public static HistoryBound ofCursor(String cursor) {
      return new HistoryBound(-1, cursor);
    }
  }
}
