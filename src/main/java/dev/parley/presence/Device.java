package dev.parley.presence;

import dev.parley.delivery.Reader;
import dev.parley.protocol.ChannelName;
import java.util.HashSet;
import java.util.Set;

/** One connection of a person here, and where it is. Inside {@link People} only. */
final class Device {
  /** Channels with presence; bounded by the channels of a connection. */
  final Set<ChannelName> channels = new HashSet<>(4);

  DeviceInfo info;

  Device(Reader reader) {
    info = describe(reader);
  }

  /** Whether each of its requests is a connection of its own. */
  boolean polls() {
    return info.transport().equals("polling");
  }

  /** The client may have said more about itself. */
  void update(Reader reader) {
    info = describe(reader);
  }

  private static DeviceInfo describe(Reader reader) {
    String label = reader.device();
    return new DeviceInfo(
        reader.transport(), label == null ? null : label.replaceAll("\\p{Cntrl}", " "));
  }
}
