package dev.parley.message;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.channel.ChannelPolicy;
import dev.parley.message.ReceiptReader.Page;
import dev.parley.message.ReceiptReader.Row;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.MessageId;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says how far everybody has come in a channel, or who has received and read one message of it, and
 * when. Blocks on the database.
 */
@ApplicationScoped
class ReadReceipts {
  @Inject ChannelPolicy policy;
  @Inject ReceiptNamespaces namespaces;
  @Inject ReceiptReader reader;

  /**
   * A page, as JSON, ordered by user.
   *
   * @param message null for the watermarks themselves
   * @param after the last user of the page before; empty for the first page
   * @throws CommandRejected with {@code not_found}, {@code forbidden}, {@code bad_request} for a
   *     channel without receipts
   */
  String handle(
      Caller caller, ChannelName name, @Nullable MessageId message, String after, int limit) {
    if (!namespaces.have(name)) {
      throw CommandRejected.badRequest("channel: has no receipts");
    }
    ChannelKey channel = policy.toSubscribe(caller, name);
    Page page =
        message == null
            ? reader.of(channel, after, limit + 1)
            : reader.of(channel, message, after, limit + 1);
    boolean more = page.rows().size() > limit;
    List<Row> rows = more ? page.rows().subList(0, limit) : page.rows();
    return JsonWriter.object(
        json -> {
          json.writeStringField("channel", name.value());
          if (message != null) {
            json.writeStringField("messageId", message.toString());
          }
          json.writeArrayFieldStart("receipts");
          for (Row row : rows) {
            write(json, row, page.offset());
          }
          json.writeEndArray();
          if (more) {
            json.writeStringField("next", rows.get(limit - 1).user());
          }
        });
  }

  private static void write(JsonGenerator json, Row row, @Nullable Long offset) throws IOException {
    json.writeStartObject();
    json.writeStringField("user", row.user());
    if (offset == null) {
      json.writeNumberField("delivered", row.delivered());
      json.writeNumberField("read", row.read());
    } else {
      json.writeBooleanField("delivered", row.delivered() >= offset);
      json.writeBooleanField("read", row.read() >= offset);
    }
    if (row.deliveredAt() != null) {
      json.writeStringField("deliveredAt", JsonWriter.time(row.deliveredAt()));
    }
    if (row.readAt() != null) {
      json.writeStringField("readAt", JsonWriter.time(row.readAt()));
    }
    json.writeEndObject();
  }
}
