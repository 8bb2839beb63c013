package dev.parley.channel;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.JsonWriter;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A room as one person is shown it.
 *
 * @param role what that person is in it; null for who is no member
 */
record RoomView(
    long number,
    String id,
    ChannelName channel,
    String name,
    Visibility visibility,
    boolean archived,
    int members,
    @Nullable String createdBy,
    Instant createdAt,
    @Nullable RoomRole role) {
  static RoomView of(Room room, @Nullable RoomRole role) {
    return new RoomView(
        room.id(),
        room.roomId(),
        room.channel().name(),
        room.title(),
        room.visibility(),
        room.isArchived(),
        room.members(),
        room.createdBy(),
        room.createdAt(),
        role);
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("id", id);
    json.writeStringField("channel", channel.value());
    json.writeStringField("name", name);
    json.writeStringField("visibility", visibility.wire());
    json.writeBooleanField("archived", archived);
    json.writeNumberField("members", members);
    if (role != null) {
      json.writeStringField("role", role.wire());
    }
    if (createdBy != null) {
      json.writeStringField("createdBy", createdBy);
    }
    json.writeStringField("createdAt", JsonWriter.time(createdAt));
  }
}
