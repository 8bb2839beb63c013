package dev.parley.message;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ServerFrame.MessagePush;

/**
 * A message that mentions people was appended; whom, say its marks. Fired inside the transaction
 * that stores it, on an append lane: what an observer writes commits with the message or not at
 * all, and what it throws rolls both back. So observe it only to write something short, and {@code
 * AFTER_SUCCESS} for all else.
 *
 * @param channel where, with the tenant
 */
public record Mentioned(ChannelKey channel, MessagePush message) {}
