package dev.parley.channel;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.UserId;

/** Somebody, as far as one room is concerned. */
record RoomPerson(ChannelKey channel, UserId user) {}
