package dev.parley.notification;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.protocol.JsonWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;

/**
 * How far a call that notifies has come.
 *
 * @param total how many are notified by it; one for a whole tenant
 */
public record JobStatus(UUID id, int total, int done, Instant time) {
  boolean isDone() {
    return done == total;
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("job", id.toString());
    json.writeStringField("state", isDone() ? "done" : "running");
    json.writeNumberField("total", total);
    json.writeNumberField("done", done);
    json.writeStringField("time", JsonWriter.time(time));
  }
}
