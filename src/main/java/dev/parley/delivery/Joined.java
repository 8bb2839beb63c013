package dev.parley.delivery;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import java.util.List;

/**
 * The channel is live from {@code position} on.
 *
 * @param messages what comes before it, without a hole when {@code recovered}
 * @param recovered whether the messages close the gap from where the subscriber stood
 * @param wasRecovering whether it had said where it stood
 */
public record Joined(
    ChannelKey channel,
    long channelId,
    StreamPosition position,
    List<StreamMessage> messages,
    boolean recovered,
    boolean wasRecovering) {}
