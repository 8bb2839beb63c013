package dev.parley.message;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Times in rows of SQL: the drivers have different types for them. */
public final class Times {
  private Times() {}

  /** The instant; null of null. */
  public static @Nullable Instant of(@Nullable Object time) {
    if (time == null || time instanceof Instant) {
      return (Instant) time;
    } else if (time instanceof OffsetDateTime zoned) {
      return zoned.toInstant();
    } else if (time instanceof Timestamp stamp) {
      return stamp.toInstant();
    }
    throw new IllegalArgumentException("no time: " + time.getClass().getName());
  }

  /** As both drivers take it. */
  static @Nullable OffsetDateTime toSql(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }
}
