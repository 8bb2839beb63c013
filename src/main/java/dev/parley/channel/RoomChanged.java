package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.UserRef;

/**
 * A room has changed. Fired inside the transaction that changes it, while the room's row is locked:
 * who observes it there (the log does, to tell the members) commits or rolls back with the change,
 * and the messages of a room's changes are in the order of the changes. Observe it {@code
 * AFTER_SUCCESS} to act on what is committed.
 *
 * @param roomId the number of the room's row
 * @param by who has changed it
 * @param data what the members are told
 */
public record RoomChanged(
    ChannelKey channel, long roomId, UserRef by, RoomEvent event, JsonText data) {}
