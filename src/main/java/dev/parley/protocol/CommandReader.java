package dev.parley.protocol;

import dev.parley.protocol.Command.HistoryBound;
import dev.parley.protocol.Command.Recover;
import dev.parley.protocol.Command.Resume;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads commands from their JSON form ({@code parley.v1.json}). Any thread. */
public final class CommandReader {
  /**
   * How many positions one {@code connect} may carry: as many as a connection has channels, 128 of
   * a client's own and 100 direct conversations, so that who has them all can come back.
   */
  public static final int MAX_RESUME_POSITIONS = 128 + 100;

  /**
   * What one line held: a command or the reason why there is none, and the id under which to
   * answer. An id that was read before the error is kept.
   */
  public record Line(
      @Nullable Long id, @Nullable Command command, @Nullable CommandRejected error) {}

  private CommandReader() {}

  /** A line for something that could not even be read as text. */
  public static Line unreadable(CommandRejected why) {
    return new Line(null, null, why);
  }

  /** Reads one line; never throws. */
  public static Line read(String line) {
    JsonObject object = new JsonObject();
    Long id = null;
    try {
      JsonReader.readInto(line, object);
      id = id(object);
      return new Line(id, command(object), null);
    } catch (CommandRejected e) {
      return new Line(id == null ? idIfReadable(object) : id, null, e);
    }
  }

  private static @Nullable Long id(JsonObject object) {
    if (!object.has("id")) {
      return null;
    }
    long id = object.integer("id");
    if (id < 1 || id > StreamPosition.MAX_OFFSET) {
      throw CommandRejected.badRequest("id: must be a positive integer below 2^53");
    }
    return id;
  }

  private static @Nullable Long idIfReadable(JsonObject object) {
    try {
      return id(object);
    } catch (CommandRejected e) {
      return null;
    }
  }

  private static Command command(JsonObject o) {
    String type = o.string("type");
    return switch (type) {
      case "connect" -> new Command.Connect(token(o), device(o), resume(o));
      case "subscribe" ->
          new Command.Subscribe(channel(o), recover(o), history(o), o.flag("presence", false));
      case "unsubscribe" -> new Command.Unsubscribe(channel(o));
      case "publish" -> publish(o);
      case "update" -> update(channel(o), messageId(o), o, key(o.optionalString("key")));
      case "delete" -> new Command.Delete(channel(o), messageId(o), version(o));
      case "react" ->
          new Command.React(
              channel(o),
              messageId(o),
              new Reaction(o.string("reaction")),
              o.flag("remove", false));
      case "confirm" -> new Command.Confirm(channel(o), messageId(o));
      case "ack" -> new Command.Ack(channel(o), offset(o));
      case "read" -> new Command.Read(channel(o), offset(o));
      case "history" ->
          new Command.History(channel(o), bound(o, "before"), bound(o, "after"), limit(o));
      case "presence" -> new Command.Presence(channel(o));
      case "status" -> new Command.Status(status(o), o.optionalString("info"));
      case "typing" -> typing(channel(o), o);
      case "refresh" -> new Command.Refresh(token(o));
      case "ping" -> new Command.Ping();
      default -> throw CommandRejected.badRequest("type: is unknown");
    };
  }

  /** A publish from its parts: the same fields in a WebSocket frame and in an HTTP body. */
  public static Command.Publish publish(
      ChannelName channel, JsonObject body, @Nullable IdempotencyKey key) {
    String event = body.optionalString("event");
    return new Command.Publish(
        channel,
        event == null ? EventName.MESSAGE : new EventName(event),
        body.value("data"),
        key,
        body.flag("confirm", false),
        body.has("replyTo") ? MessageId.parse(body.string("replyTo")) : null,
        mentions(body));
  }

  /** A publish that says itself where it goes, as one of many in a body. */
  public static Command.Publish publish(JsonObject one) {
    return publish(channel(one), one, key(one.optionalString("key")));
  }

  private static List<UserId> mentions(JsonObject body) {
    return body.has("mentions")
        ? body.strings("mentions", Command.Publish.MAX_MENTIONS).stream().map(UserId::new).toList()
        : List.of();
  }

  /** An update from its parts: the same fields in a WebSocket frame and in an HTTP body. */
  public static Command.Update update(
      ChannelName channel, MessageId messageId, JsonObject body, @Nullable IdempotencyKey key) {
    return new Command.Update(channel, messageId, body.value("data"), version(body), key);
  }

  private static MessageId messageId(JsonObject o) {
    return MessageId.parse(o.string("messageId"));
  }

  private static @Nullable Long version(JsonObject o) {
    return o.has("version") ? (Long) ofOffset(o, "version").offset() : null;
  }

  /** A typing signal from its parts: the same in a WebSocket frame and in an HTTP body. */
  public static Command.Typing typing(ChannelName channel, JsonObject body) {
    return new Command.Typing(channel, body.flag("typing", true));
  }

  private static PresenceStatus status(JsonObject o) {
    PresenceStatus status = PresenceStatus.of(o.string("status"));
    if (status == null) {
      throw CommandRejected.badRequest("status: must be online, away or busy");
    }
    return status;
  }

  /** The key, or null when there is none. */
  public static @Nullable IdempotencyKey key(@Nullable String key) {
    return key == null ? null : new IdempotencyKey(key);
  }

  private static ChannelName channel(JsonObject o) {
    return new ChannelName(o.string("channel"));
  }

  private static String token(JsonObject o) {
    return o.string("token");
  }

  private static @Nullable String device(JsonObject o) {
    String device = o.optionalString("device");
    if (device != null && (device.length() > 128 || Characters.unstorableIn(device) != null)) {
      throw CommandRejected.badRequest("device: must have at most 128 characters of Unicode");
    }
    return device;
  }

  private static Resume resume(JsonObject o) {
    if (!o.has("resume")) {
      return Resume.NONE;
    }
    if (o.isString("resume")) {
      return new Resume(Map.of(), o.string("resume"));
    }
    JsonObject resume = o.object("resume");
    Map<ChannelName, StreamPosition> positions = new LinkedHashMap<>();
    for (String name : resume.names()) {
      positions.put(new ChannelName(name), position(resume.object(name)));
    }
    if (positions.size() > MAX_RESUME_POSITIONS) {
      throw CommandRejected.badRequest(
          "resume: holds more than " + MAX_RESUME_POSITIONS + " channels");
    }
    return new Resume(positions, null);
  }

  private static @Nullable Recover recover(JsonObject o) {
    if (!o.has("recover")) {
      return null;
    }
    JsonObject recover = o.object("recover");
    String cursor = recover.optionalString("cursor");
    return cursor == null ? new Recover(position(recover), null) : new Recover(null, cursor);
  }

  private static StreamPosition position(JsonObject o) {
    return new StreamPosition(o.string("epoch"), o.integer("offset"));
  }

  private static int history(JsonObject o) {
    long history = o.integer("history", 0);
    if (history < 0 || history > Command.History.MAX_LIMIT) {
      throw CommandRejected.badRequest("history: must be from 0 to 100");
    }
    return (int) history;
  }

  private static long offset(JsonObject o) {
    return HistoryBound.ofOffset(o.integer("offset")).offset();
  }

  private static @Nullable HistoryBound bound(JsonObject o, String name) {
    if (!o.has(name)) {
      return null;
    }
    return o.isString(name) ? HistoryBound.ofCursor(o.string(name)) : ofOffset(o, name);
  }

  private static HistoryBound ofOffset(JsonObject o, String name) {
    long offset = o.integer(name);
    if (offset < 0 || offset > StreamPosition.MAX_OFFSET) {
      throw CommandRejected.badRequest(name + ": must be an offset from 0 to 2^53-1 or a cursor");
    }
    return HistoryBound.ofOffset(offset);
  }

  private static int limit(JsonObject o) {
    long limit = o.integer("limit", Command.History.DEFAULT_LIMIT);
    if (limit < 1 || limit > Command.History.MAX_LIMIT) {
      throw CommandRejected.badRequest("limit: must be from 1 to 100");
    }
    return (int) limit;
  }
}
