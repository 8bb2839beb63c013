package dev.parley.bench.load;

import dev.parley.bench.server.ParleyServer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Publishers inside the server: what a publish costs without a transport. */
public final class InsidePublishers implements PublishLoad {
  private final ParleyServer server;
  private final String query;

  public InsidePublishers(
      ParleyServer server, int publishers, int channels, int payload, boolean keys) {
    this.server = server;
    this.query =
        "publishers="
            + publishers
            + "&channels="
            + channels
            + "&payload="
            + payload
            + "&keys="
            + keys;
  }

  @Override
  public Run run(long millis) {
    String answer = server.post("/bench/publish?" + query + "&millis=" + millis, "text/plain", "");
    Properties figures = new Properties();
    try {
      figures.load(new StringReader(answer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Run(
        Long.parseLong(figures.getProperty("published")),
        Long.parseLong(figures.getProperty("failed")),
        Long.parseLong(figures.getProperty("nanos")) / 1e9,
        Double.parseDouble(figures.getProperty("p50")),
        Double.parseDouble(figures.getProperty("p99")));
  }

  @Override
  public void close() {
    // Nothing is open between the runs.
  }
}
