package dev.parley.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What the figures depend on beside the program. */
public final class Machine {
  private Machine() {}

  /**
   * When, on what, and how busy it was before.
   *
   * @param folder where the databases' files are
   */
  public static String describe(Path folder) {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, Java %s, load before %s, fdatasync of 8 KiB %.0f us (median)",
        Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MINUTES),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        load(),
        fsyncMicros(folder));
  }

  /** The load average of the last minute. */
  public static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static double fsyncMicros(Path folder) {
    Path file = folder.resolve("fsync");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        ByteBuffer page = ByteBuffer.allocate(8192);
        channel.write(ByteBuffer.allocate(4 << 20));
        channel.force(true);
        Latencies latencies = new Latencies();
        for (int i = 0; i < 300; i++) {
          page.clear();
          long before = System.nanoTime();
          channel.write(page, i * 8192L);
          channel.force(false);
          latencies.record(System.nanoTime() - before);
        }
        return latencies.micros(0.5);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
