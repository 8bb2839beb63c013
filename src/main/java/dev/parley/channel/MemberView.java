package dev.parley.channel;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.UserId;
import java.io.IOException;
import java.time.Instant;

/** A member of a room as others are shown it. */
record MemberView(UserId user, RoomRole role, Instant joinedAt) {
  static MemberView of(RoomMember member) {
    return new MemberView(member.user(), member.role(), member.joinedAt());
  }

  void write(JsonGenerator json) throws IOException {
    RoomDesk.user(json, user);
    json.writeStringField("role", role.wire());
    json.writeStringField("joinedAt", JsonWriter.time(joinedAt));
  }
}
