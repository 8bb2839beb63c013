package dev.parley.connection.polling;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.delivery.OutboundFrame;
import dev.parley.delivery.Subscriber;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.PresenceJson;
import dev.parley.protocol.PresentUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one poll is told of people: who is in its channels, when that is not what the client knows
 * already, and who types while it waits. What a client knows it says by a tag that depends on the
 * lists alone, so the next poll may go to any node. On the connection's dispatcher only.
 */
final class PollPeople {
  /** Bytes of a tag: two lists that differ have the same one never in practice. */
  private static final int TAG_BYTES = 12;

  /** Typing that comes together with what ends the wait; more can be left out. */
  private static final int MAX_TYPING = 50;

  private final List<ChannelKey> channels;
  private final @Nullable String known;
  private final boolean typing;
  private final List<String> typed = new ArrayList<>(0);
  private @Nullable Subscriber subscriber;

  /**
   * @param channels for which it is told who is there
   * @param known the tag that the client has; null when it does not want to know
   * @param typing whether it wants to know who types
   */
  PollPeople(List<ChannelKey> channels, @Nullable String known, boolean typing) {
    this.channels = known == null ? List.of() : List.copyOf(channels);
    this.known = known;
    this.typing = typing;
  }

  /** The channels are joined; true when the lists are not what the client knows. */
  boolean begin(Subscriber joined) {
    subscriber = joined;
    return known != null && !known.equals(tag());
  }

  /** Takes what is about people from what is to be written; true when it is worth an answer. */
  boolean take(List<OutboundFrame> frames) {
    boolean news = false;
    for (OutboundFrame frame : frames) {
      if (frame.message() == null && frame.event().equals("presence")) {
        news |= known != null;
      } else if (frame.message() == null && frame.event().equals("typing") && typing) {
        news = true;
        if (typed.size() < MAX_TYPING) {
          typed.add(frame.json());
        }
      }
    }
    return news;
  }

  /** Stands for the lists as they are now; empty when the client does not want to know. */
  String tag() {
    return known == null ? "" : hash(JsonWriter.object(json -> lists(json, now())));
  }

  /** Writes the tag, the lists unless the client knows them, and who types. */
  void write(JsonGenerator json) throws IOException {
    if (known != null) {
      Map<ChannelName, List<PresentUser>> lists = now();
      String tag = hash(JsonWriter.object(inner -> lists(inner, lists)));
      json.writeStringField("presenceTag", tag);
      if (!tag.equals(known)) {
        json.writeObjectFieldStart("presence");
        lists(json, lists);
        json.writeEndObject();
      }
    }
    if (typing) {
      json.writeArrayFieldStart("typing");
      for (String push : typed) {
        json.writeRawValue(push);
      }
      json.writeEndArray();
    }
  }

  private Map<ChannelName, List<PresentUser>> now() {
    Map<ChannelName, List<PresentUser>> lists = new LinkedHashMap<>();
    for (ChannelKey channel : channels) {
      List<PresentUser> users = subscriber == null ? null : subscriber.watch(channel);
      if (users != null) {
        lists.put(channel.name(), users);
      }
    }
    return lists;
  }

  private static void lists(JsonGenerator json, Map<ChannelName, List<PresentUser>> lists)
      throws IOException {
    for (Map.Entry<ChannelName, List<PresentUser>> list : lists.entrySet()) {
      PresenceJson.users(json, list.getKey().value(), list.getValue());
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(digest, TAG_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
