package dev.parley.channel;

import dev.parley.protocol.ChannelKey;

/**
 * A room is about to be created in this channel. Told before the transaction that creates it, so
 * that what needs one of its own is done by then; perhaps nothing comes of it. Blocks the caller.
 */
public record RoomToBe(ChannelKey channel) {}
