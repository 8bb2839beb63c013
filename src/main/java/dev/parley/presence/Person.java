package dev.parley.presence;

import dev.parley.delivery.Reader;
import dev.parley.protocol.ChannelName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of a person by its own connections. Who ends a connection stays for a time
 * of grace; until it is over nothing has happened. Inside {@link People} only.
 */
final class Person {
  private final Map<Reader, Device> devices = new LinkedHashMap<>(4);

  /** Until when the person stays where no device is any more, by {@link System#nanoTime}. */
  private final Map<ChannelName, Long> lingering = new HashMap<>(0);

  /** The same for what others see of its devices, so that it does not change with every poll. */
  private final Map<DeviceInfo, Long> lingeringDevices = new HashMap<>(0);

  private String name = "";
  private @Nullable Choice choice;
  private long activeAt;
  private boolean idle;
  private boolean present;
  private long staysUntil;

  void arrived(Reader reader, String newName, long now) {
    name = newName;
    if (!present) {
      present = true;
      activeAt = now;
      staysUntil = now;
    }
    Device known = devices.get(reader);
    if (known == null) {
      devices.put(reader, new Device(reader));
    } else {
      known.update(reader);
    }
  }

  /** The connection has ended; the person stays where it was until then. */
  void gone(Reader reader, long until) {
    Device device = devices.remove(reader);
    if (device != null) {
      staysUntil = later(staysUntil, until);
      lingeringDevices.merge(device.info, until, Person::later);
      device.channels.forEach(channel -> linger(channel, until));
    }
  }

  void joined(Reader reader, ChannelName channel) {
    Device device = devices.get(reader);
    if (device != null) {
      device.channels.add(channel);
      lingering.remove(channel);
    }
  }

  void left(Reader reader, ChannelName channel, long until) {
    Device device = devices.get(reader);
    if (device != null && device.channels.remove(channel)) {
      linger(channel, until);
    }
  }

  private void linger(ChannelName channel, long until) {
    if (devices.values().stream().noneMatch(one -> one.channels.contains(channel))) {
      lingering.merge(channel, until, Person::later);
    }
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /** So the person wants to be seen, until they are gone from here. */
  void choose(Choice chosen) {
    choice = chosen;
  }

  /**
   * Time goes on.
   *
   * @param confirmed what was to be until then is over
   * @param activeSince who has been active since then is not idle
   */
  void look(long confirmed, long activeSince) {
    lingering.values().removeIf(until -> until - confirmed <= 0);
    lingeringDevices.values().removeIf(until -> until - confirmed <= 0);
    if (devices.isEmpty()) {
      present &= staysUntil - confirmed > 0 || !lingering.isEmpty();
    } else {
      // That a poll has come again shows nothing.
      devices.forEach(
          (reader, device) ->
              activeAt = device.polls() ? activeAt : later(activeAt, reader.activeAt()));
      idle = activeAt - activeSince < 0;
    }
  }

  /** The person has done something that no connection knows of. */
  void active(long now) {
    activeAt = now;
    idle = false;
  }

  /** What the others have to know; null when the person is not here. */
  @Nullable Statement statement() {
    if (!present) {
      return null;
    }
    SortedSet<DeviceInfo> infos = new TreeSet<>();
    Set<ChannelName> channels = new HashSet<>();
    for (Device device : devices.values()) {
      infos.add(device.info);
      add(device.channels, channels);
    }
    infos.addAll(lingeringDevices.keySet());
    while (infos.size() > Statement.MAX_DEVICES) {
      infos.remove(infos.last());
    }
    add(lingering.keySet(), channels);
    return new Statement(name, choice, idle, infos, channels);
  }

  private static void add(Set<ChannelName> some, Set<ChannelName> channels) {
    for (ChannelName channel : some) {
      if (channels.size() < Statement.MAX_CHANNELS) {
        channels.add(channel);
      }
    }
  }
}
