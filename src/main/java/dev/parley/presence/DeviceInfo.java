package dev.parley.presence;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A device as others see it. A client that polls, or reconnects, is the same device all the time.
 *
 * @param transport {@code websocket}, {@code sse} or {@code polling}
 * @param label what the client calls it; null when it has not said
 */
public record DeviceInfo(String transport, @Nullable String label)
    implements Comparable<DeviceInfo> {
  private static final Comparator<DeviceInfo> ORDER =
      Comparator.comparing(DeviceInfo::transport)
          .thenComparing(DeviceInfo::label, Comparator.nullsFirst(Comparator.naturalOrder()));

  @Override
  public int compareTo(DeviceInfo other) {
    return ORDER.compare(this, other);
  }
}
