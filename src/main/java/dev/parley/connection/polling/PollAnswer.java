package dev.parley.connection.polling;

import dev.parley.connection.Connection;
import dev.parley.delivery.Joined;
import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.StreamMessage;
import dev.parley.message.Cursors;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.StreamPosition;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One poll's answer: given at once when there is something behind the cursor, by the first write
 * otherwise, and empty when the time is over. On the connection's dispatcher only.
 */
final class PollAnswer implements Connection.Wire {
  /** When a conversation is under way, the next message comes soon. */
  private static final long BUSY_MS = 1_000;

  /** When nothing is new. */
  private static final long QUIET_MS = 5_000;

  /** How full a node has to be before it asks for patience. */
  private static final double HIGH_LOAD = 0.8;

  private final AsyncResponse response;
  private final Cursors.Writer cursors;
  private final boolean waits;
  private final @Nullable String ifNoneMatch;
  private final DoubleSupplier load;
  private final Map<ChannelName, Long> channelIds = new HashMap<>();
  private final Map<ChannelName, StreamPosition> positions = new LinkedHashMap<>();
  private final Map<ChannelName, Boolean> recovered = new LinkedHashMap<>();
  private Runnable answered = () -> {};
  private long reconnectInMs;
  private boolean begun;
  private boolean done;

  PollAnswer(
      AsyncResponse response,
      Cursors.Writer cursors,
      boolean waits,
      @Nullable String ifNoneMatch,
      DoubleSupplier load) {
    this.response = response;
    this.cursors = cursors;
    this.waits = waits;
    this.ifNoneMatch = ifNoneMatch;
    this.load = load;
  }

  void whenAnswered(Runnable then) {
    answered = then;
  }

  /** The channels are joined: answers now unless there is nothing yet and time to wait for it. */
  void begin(List<Joined> joined) {
    begun = true;
    List<StreamMessage> messages = new ArrayList<>();
    for (Joined one : joined) {
      if (one.position() != null) {
        channelIds.put(one.name(), one.channelId());
        positions.put(one.name(), one.position());
      }
      if (one.wasRecovering()) {
        recovered.put(one.name(), one.recovered());
      }
      messages.addAll(one.messages());
    }
    if (!waits || !messages.isEmpty() || recovered.containsValue(false)) {
      answer(messages);
    }
  }

  @Override
  public void joined(Joined channel) {
    StreamPosition position = channel.position();
    if (position != null) {
      channelIds.put(channel.name(), channel.channelId());
      positions.put(channel.name(), position.at(position.offset() - channel.messages().size()));
    }
  }

  @Override
  public void write(List<OutboundFrame> frames, Written written) {
    List<StreamMessage> messages = new ArrayList<>();
    for (OutboundFrame frame : frames) {
      StreamMessage message = frame.message();
      if (message != null) {
        if (message.position() != null) {
          positions.put(message.channel(), message.position());
        }
        messages.add(message);
      }
    }
    if (!messages.isEmpty()) {
      answer(messages);
    }
    written.done(null);
  }

  /** The time is over. */
  void nothingNew() {
    if (begun) {
      answer(List.of());
    } else {
      fail(CommandRejected.unavailable("the log could not be read in time", null));
    }
  }

  void fail(CommandRejected problem) {
    if (!done) {
      done = true;
      response.resume(problem);
      answered.run();
    }
  }

  private void answer(List<StreamMessage> messages) {
    if (done) {
      return;
    }
    done = true;
    String cursor = cursor();
    String tag = '"' + cursor + '"';
    Response.ResponseBuilder builder =
        !waits && messages.isEmpty() && isMatch(tag)
            ? Response.notModified()
            : Response.ok(body(cursor, messages));
    response.resume(
        builder
            .header(HttpHeaders.ETAG, tag)
            .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
            .build());
    answered.run();
  }

  /** Compares weakly (RFC 9110, 13.1.2): a proxy that compresses has made the tag a weak one. */
  private boolean isMatch(String tag) {
    return ifNoneMatch != null
        && Arrays.stream(ifNoneMatch.split(",", -1))
            .map(String::trim)
            .map(one -> one.startsWith("W/") ? one.substring(2) : one)
            .anyMatch(tag::equals);
  }

  private String cursor() {
    Map<Long, StreamPosition> byId = new TreeMap<>();
    positions.forEach((channel, position) -> byId.put(id(channel), position));
    return cursors.write(byId);
  }

  private long id(ChannelName channel) {
    Long id = channelIds.get(channel);
    if (id == null) {
      throw new IllegalStateException("a message of a channel that was not joined");
    }
    return id;
  }

  private String body(String cursor, List<StreamMessage> messages) {
    List<JsonText> encoded = messages.stream().map(StreamMessage::json).toList();
    return JsonWriter.object(
        json -> {
          json.writeStringField("cursor", cursor);
          JsonWriter.encoded(json, encoded);
          JsonWriter.positions(json, positions);
          JsonWriter.recovered(json, recovered);
          json.writeNumberField("retryAfterMs", advice(messages));
        });
  }

  /** A parked poll may come back at once: it is parked again. */
  private long advice(List<StreamMessage> messages) {
    if (reconnectInMs > 0) {
      return reconnectInMs;
    }
    long base = waits ? 0 : messages.isEmpty() ? QUIET_MS : BUSY_MS;
    return load.getAsDouble() < HIGH_LOAD ? base : 2 * base + BUSY_MS;
  }

  @Override
  public String kind() {
    return "polling";
  }

  @Override
  public boolean isTwoWay() {
    return false;
  }

  @Override
  public boolean hearsPushes() {
    return false;
  }

  @Override
  public void heartbeat() {
    // A poll is too short to need one.
  }

  @Override
  public void reconnectIn(long ms) {
    reconnectInMs = Math.max(1, ms);
  }

  @Override
  public void close(CloseCode code) {
    if (begun) {
      answer(List.of());
    } else {
      fail(CommandRejected.unavailable(code.reason(), null));
    }
  }
}
