package dev.parley.delivery;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.StreamPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channel is live from {@code position} on.
 *
 * @param name the name under which the subscriber knows the channel
 * @param position null when the channel stores nothing: there is nothing to go on from
 * @param messages what comes before it, without a hole when {@code recovered}
 * @param recovered whether the messages close the gap from where the subscriber stood
 * @param wasRecovering whether it had said where it stood
 */
public record Joined(
    ChannelKey channel,
    ChannelName name,
    long channelId,
    @Nullable StreamPosition position,
    List<StreamMessage> messages,
    boolean recovered,
    boolean wasRecovering) {}
