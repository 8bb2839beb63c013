package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import dev.parley.protocol.ServerFrame.Changed;
import dev.parley.protocol.ServerFrame.Confirmation;
import dev.parley.protocol.ServerFrame.Connected;
import dev.parley.protocol.ServerFrame.Draining;
import dev.parley.protocol.ServerFrame.EphemeralPush;
import dev.parley.protocol.ServerFrame.ErrorReply;
import dev.parley.protocol.ServerFrame.HistoryPage;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.ServerFrame.Published;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.protocol.ServerFrame.Refreshed;
import dev.parley.protocol.ServerFrame.Subscribed;
import dev.parley.protocol.ServerFrame.TokenExpiring;
import dev.parley.protocol.ServerFrame.Unconfirmed;
import dev.parley.protocol.ServerFrame.Unsubscribed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes server frames as JSON ({@code parley.v1.json}): one line each, no line break inside. Any
 * thread.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Writes the body of one JSON object. */
  @FunctionalInterface
  public interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private JsonWriter() {}

  /** A push: a frame that answers no command. */
  public static String push(ServerFrame frame) {
    return reply(null, frame);
  }

  /** The reply to the command with this id; a push when the id is null. */
  public static String reply(@Nullable Long id, ServerFrame frame) {
    return object(
        json -> {
          if (id != null) {
            json.writeNumberField("id", id);
          }
          write(json, frame);
        });
  }

  /** One JSON object on one line. */
  public static String object(Body body) {
    try (SegmentedStringWriter out = new SegmentedStringWriter(FACTORY._getBufferRecycler());
        JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
      json.flush();
      return out.getAndClear();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** A time as the contract has it: ISO 8601 in UTC with milliseconds. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static void write(JsonGenerator json, ServerFrame frame) throws IOException {
    // Java 17 has no pattern switch; the order is that of frequency.
    if (frame instanceof MessagePush message) {
      json.writeStringField("type", "message");
      message(json, message);
    } else if (frame instanceof EphemeralPush message) {
      json.writeStringField("type", "message");
      ephemeral(json, message);
    } else if (frame instanceof Published published) {
      published(json, published);
    } else if (frame instanceof Subscribed subscribed) {
      subscribed(json, subscribed);
    } else if (frame instanceof Connected connected) {
      connected(json, connected);
    } else if (frame instanceof HistoryPage page) {
      json.writeStringField("type", "history");
      history(json, page);
    } else if (frame instanceof ErrorReply error) {
      error(json, error);
    } else {
      small(json, frame);
    }
  }

  private static void small(JsonGenerator json, ServerFrame frame) throws IOException {
    if (frame instanceof Unsubscribed unsubscribed) {
      json.writeStringField("type", "unsubscribed");
      json.writeStringField("channel", unsubscribed.channel().value());
      if (unsubscribed.reason() != null) {
        json.writeStringField("reason", unsubscribed.reason());
      }
    } else if (frame instanceof Refreshed refreshed) {
      json.writeStringField("type", "refreshed");
      json.writeStringField("expiresAt", time(refreshed.expiresAt()));
    } else if (frame instanceof TokenExpiring expiring) {
      json.writeStringField("type", "token-expiring");
      json.writeNumberField("expiresIn", expiring.expiresInSeconds());
    } else if (frame instanceof Draining draining) {
      json.writeStringField("type", "draining");
      json.writeNumberField("reconnectIn", draining.reconnectInMs());
    } else if (frame instanceof ServerFrame.Pong) {
      json.writeStringField("type", "pong");
    } else if (frame instanceof Receipt receipt) {
      json.writeStringField("type", "receipt");
      receipt(json, receipt);
    } else if (frame instanceof Confirmation confirmation) {
      json.writeStringField("type", "confirmation");
      confirmation(json, confirmation);
    } else if (frame instanceof Unconfirmed unconfirmed) {
      json.writeStringField("type", "unconfirmed");
      messages(json, unconfirmed.messages());
    } else if (frame instanceof Changed changed) {
      json.writeStringField("type", changed.type());
      json.writeStringField("channel", changed.channel().value());
      changed(json, changed);
    } else {
      throw new IllegalStateException("no JSON form for " + frame.getClass().getSimpleName());
    }
  }

  private static void connected(JsonGenerator json, Connected c) throws IOException {
    json.writeStringField("type", "connected");
    json.writeStringField("connectionId", c.connectionId());
    json.writeStringField("node", c.node());
    user(json, c.user());
    json.writeStringField("org", c.org());
    json.writeStringField("expiresAt", time(c.expiresAt()));
    json.writeNumberField("ping", c.pingSeconds());
    json.writeNumberField("maxPayload", c.maxPayload());
    json.writeArrayFieldStart("channels");
    for (ChannelName channel : c.channels()) {
      json.writeString(channel.value());
    }
    json.writeEndArray();
    positions(json, c.positions());
    if (!c.recovered().isEmpty()) {
      recovered(json, c.recovered());
    }
  }

  private static void subscribed(JsonGenerator json, Subscribed s) throws IOException {
    json.writeStringField("type", "subscribed");
    json.writeStringField("channel", s.channel().value());
    if (s.position() != null) {
      position(json, s.position());
    }
    json.writeBooleanField("recovered", s.recovered());
    json.writeBooleanField("wasRecovering", s.wasRecovering());
    encoded(json, s.messages());
    json.writeArrayFieldStart("permissions");
    for (String permission : s.permissions()) {
      json.writeString(permission);
    }
    json.writeEndArray();
    if (s.reason() != null) {
      json.writeStringField("reason", s.reason());
    }
  }

  private static void published(JsonGenerator json, Published p) throws IOException {
    json.writeStringField("type", "published");
    json.writeStringField("channel", p.channel().value());
    stored(json, p);
  }

  /** The fields that an HTTP publish answers with. */
  public static void stored(JsonGenerator json, Published p) throws IOException {
    json.writeStringField("messageId", p.messageId().toString());
    if (p.position() != null) {
      position(json, p.position());
    }
    json.writeStringField("time", time(p.time()));
    if (p.duplicate()) {
      json.writeBooleanField("duplicate", true);
    }
  }

  /** The fields that an HTTP change of a message answers with. */
  public static void changed(JsonGenerator json, Changed c) throws IOException {
    json.writeStringField("messageId", c.messageId().toString());
    position(json, c.position());
    json.writeStringField("time", time(c.time()));
    if (c.duplicate()) {
      json.writeBooleanField("duplicate", true);
    }
  }

  /** The fields of a confirmation, on a connection and in an HTTP answer. */
  public static void confirmation(JsonGenerator json, Confirmation c) throws IOException {
    json.writeStringField("channel", c.channel().value());
    json.writeStringField("messageId", c.messageId().toString());
    user(json, c.user());
    json.writeStringField("time", time(c.time()));
    if (c.duplicate()) {
      json.writeBooleanField("duplicate", true);
    }
  }

  /** The fields of a receipt, on a connection and in an HTTP answer. */
  public static void receipt(JsonGenerator json, Receipt receipt) throws IOException {
    json.writeStringField("channel", receipt.channel().value());
    user(json, receipt.user());
    if (receipt.delivered() != null) {
      json.writeNumberField("delivered", receipt.delivered());
    }
    if (receipt.read() != null) {
      json.writeNumberField("read", receipt.read());
    }
    if (receipt.unread() != null && receipt.asOf() != null) {
      json.writeNumberField("unread", receipt.unread());
      json.writeNumberField("asOf", receipt.asOf());
    }
  }

  /** One stored message, as it is pushed. */
  public static void stored(JsonGenerator json, MessagePush message) throws IOException {
    json.writeStringField("type", "message");
    message(json, message);
  }

  /** The fields of a history page, on a connection and in an HTTP answer. */
  public static void history(JsonGenerator json, HistoryPage page) throws IOException {
    json.writeStringField("channel", page.channel().value());
    messages(json, page.messages());
    if (page.next() != null) {
      json.writeStringField("next", page.next());
    }
  }

  /** The array {@code messages} from pushes that are encoded already. */
  public static void encoded(JsonGenerator json, List<JsonText> messages) throws IOException {
    json.writeArrayFieldStart("messages");
    for (JsonText message : messages) {
      json.writeRawValue(message.value());
    }
    json.writeEndArray();
  }

  /** The array {@code messages} from messages that are not encoded yet. */
  public static void messages(JsonGenerator json, List<MessagePush> messages) throws IOException {
    json.writeArrayFieldStart("messages");
    for (MessagePush message : messages) {
      json.writeStartObject();
      stored(json, message);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The object {@code positions}. */
  public static void positions(JsonGenerator json, Map<ChannelName, StreamPosition> positions)
      throws IOException {
    json.writeObjectFieldStart("positions");
    for (Map.Entry<ChannelName, StreamPosition> entry : positions.entrySet()) {
      json.writeObjectFieldStart(entry.getKey().value());
      position(json, entry.getValue());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** The object {@code recovered}. */
  public static void recovered(JsonGenerator json, Map<ChannelName, Boolean> recovered)
      throws IOException {
    json.writeObjectFieldStart("recovered");
    for (Map.Entry<ChannelName, Boolean> entry : recovered.entrySet()) {
      json.writeBooleanField(entry.getKey().value(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void error(JsonGenerator json, ErrorReply error) throws IOException {
    json.writeStringField("type", "error");
    json.writeStringField("code", error.code().code());
    json.writeStringField("message", error.message());
    retry(json, error);
  }

  /** Whether and when to try again: the same fields in an error frame and a problem document. */
  public static void retry(JsonGenerator json, ErrorReply error) throws IOException {
    json.writeBooleanField("retryable", error.code().retryable());
    if (error.retryAfterMs() > 0) {
      json.writeNumberField("retryAfterMs", error.retryAfterMs());
    }
  }

  private static void message(JsonGenerator json, MessagePush m) throws IOException {
    json.writeStringField("channel", m.channel().value());
    position(json, m.position());
    content(json, m.messageId(), m.event(), m.data());
    user(json, m.user());
    json.writeStringField("time", time(m.time()));
    MarksWriter.write(json, m.marks());
  }

  private static void ephemeral(JsonGenerator json, EphemeralPush m) throws IOException {
    json.writeStringField("channel", m.channel().value());
    content(json, m.messageId(), m.event(), m.data());
    user(json, m.user());
    json.writeStringField("time", time(m.time()));
  }

  private static void content(JsonGenerator json, MessageId id, EventName event, JsonText data)
      throws IOException {
    json.writeStringField("messageId", id.toString());
    json.writeStringField("event", event.value());
    json.writeFieldName("data");
    json.writeRawValue(data.value());
  }

  /**
   * The push of a message, with how many messages directly before it in its channel were left out
   * for whoever gets it. Only the field is added: the rest is the text that everybody shares.
   *
   * @param push a message's push, as this class has written it
   */
  public static String conflated(String push, long leftOut) {
    return push.substring(0, push.length() - 1) + ",\"conflated\":" + leftOut + "}";
  }

  /**
   * The push of a message with another name of its channel, for whoever knows it under that. The
   * rest is the text that everybody shares.
   *
   * @param push a message's push, as this class has written it
   */
  public static String renamed(String push, ChannelName from, ChannelName to) {
    String before = "\"channel\":\"" + from.value() + "\"";
    // The first one is the push's own field: nothing but its type stands before it.
    int at = push.indexOf(before);
    if (at < 0) {
      throw new IllegalArgumentException("not the push of a message of that channel");
    }
    return push.substring(0, at)
        + "\"channel\":\""
        + to.value()
        + "\""
        + push.substring(at + before.length());
  }

  private static void position(JsonGenerator json, StreamPosition position) throws IOException {
    json.writeStringField("epoch", position.epoch());
    json.writeNumberField("offset", position.offset());
  }

  private static void user(JsonGenerator json, UserRef user) throws IOException {
    json.writeObjectFieldStart("user");
    userFields(json, user);
    json.writeEndObject();
  }

  static void userFields(JsonGenerator json, UserRef user) throws IOException {
    json.writeStringField("id", user.id());
    if (user.name() != null) {
      json.writeStringField("name", user.name());
    }
  }
}
