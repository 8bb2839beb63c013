package dev.parley.connection;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.connection.ConnectionOpener.Start;
import dev.parley.delivery.DeliverySettings;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.StreamPosition;
import dev.parley.ratelimit.Refusals;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads from query parameters which channels a stream or poll wants, and from where: {@code
 * channels=a,b}, {@code cursor=}, and repeated {@code position=channel,epoch,offset}. Any thread.
 */
@ApplicationScoped
public class StartQuery {
  /** Longest list that is looked at: 128 names of 255 characters. */
  private static final int MAX_CHANNELS_LENGTH = 128 * 256;

  @Inject ChannelPolicy policy;
  @Inject DeliverySettings delivery;
  @Inject Refusals refusals;

  /**
   * The start, of which the caller may have every channel. May block on the database.
   *
   * @throws CommandRejected with {@code bad_request}, {@code not_found}, {@code forbidden}, or
   *     {@code limit_exceeded} for too many channels or positions
   */
  public Start read(
      Caller caller, @Nullable String channels, @Nullable String cursor, List<String> positions) {
    Map<ChannelName, Rights> rights = new LinkedHashMap<>();
    Set<ChannelName> wanted = names(channels);
    // Before the first is looked up: each may cost a query, and bring a room into being.
    if (wanted.size() > delivery.channels(caller)) {
      throw refusals.tooMany(
          "channels", caller, "channels: a connection has at most " + delivery.channels(caller));
    }
    if (positions.size() > CommandReader.MAX_RESUME_POSITIONS) {
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED,
          "position: at most " + CommandReader.MAX_RESUME_POSITIONS + " are given");
    }
    for (ChannelName name : wanted) {
      rights.put(name, policy.rightsNow(caller, name).requireSubscribe());
    }
    return new Start(rights, positions(positions), cursor == null ? null : cursor.trim());
  }

  private static Set<ChannelName> names(@Nullable String channels) {
    Set<ChannelName> names = new LinkedHashSet<>();
    if (channels == null || channels.isBlank()) {
      return names;
    }
    if (channels.length() > MAX_CHANNELS_LENGTH) {
      throw CommandRejected.badRequest("channels: is too long");
    }
    for (String name : channels.split(",", -1)) {
      names.add(new ChannelName(name.trim()));
    }
    return names;
  }

  private static Map<ChannelName, StreamPosition> positions(List<String> texts) {
    Map<ChannelName, StreamPosition> positions = new LinkedHashMap<>();
    for (String text : texts) {
      String[] parts = text.split(",", -1);
      if (parts.length != 3) {
        throw CommandRejected.badRequest("position: must be channel,epoch,offset");
      }
      try {
        positions.put(new ChannelName(parts[0]), new StreamPosition(parts[1], offset(parts[2])));
      } catch (CommandRejected e) {
        throw CommandRejected.badRequest("position: " + e.text());
      }
    }
    return positions;
  }

  private static long offset(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw CommandRejected.badRequest("offset: must be a whole number");
    }
  }
}
