package dev.parley.channel;

import dev.parley.protocol.UserId;

/**
 * What somebody's rights in a room rest on. They can be taken back: when the room's access version
 * is another one, who holds them must ask again.
 *
 * @param roomId the number of the room's row
 * @param version the room's access version when they were given
 */
public record Seat(long roomId, long version, UserId user) {}
