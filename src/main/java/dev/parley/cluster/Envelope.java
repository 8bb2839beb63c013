package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * What one node tells the others: this position of this channel's log now exists, and this is what
 * stands there. A hint: it may be lost, repeated or overtaken, and whoever misses one reads the
 * log.
 *
 * <p>Without a position it is no hint but the message itself: its channel stores nothing, and
 * whoever misses it has missed it.
 *
 * @param position its place in the log; null when its channel has no log
 * @param event the message's event, which some transports need beside the body
 * @param time when it was published, in milliseconds since 1970
 * @param body the message as its push in {@code parley.v1.json}: encoded once, delivered as it is
 */
public record Envelope(
    ChannelKey channel, @Nullable StreamPosition position, String event, long time, String body) {}
