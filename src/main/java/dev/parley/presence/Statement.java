package dev.parley.presence;

import dev.parley.protocol.ChannelName;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one node knows of one person by its own connections: all that the other nodes have to know.
 *
 * @param choice what the person has said here; null when nothing
 * @param idle whether no device here is active
 * @param devices at most {@link #MAX_DEVICES}; none in the time of grace
 * @param channels where the person is, at most {@link #MAX_CHANNELS}
 */
public record Statement(
    String name,
    @Nullable Choice choice,
    boolean idle,
    SortedSet<DeviceInfo> devices,
    Set<ChannelName> channels) {
  /** Kinds of devices that are listed: more than anybody looks at. */
  static final int MAX_DEVICES = 16;

  /** Channels of one person at one node: those of 15 full connections that have none in common. */
  static final int MAX_CHANNELS = 2_000;

  public Statement {
    devices = Collections.unmodifiableSortedSet(new TreeSet<>(devices));
    channels = Set.copyOf(channels);
  }
}
