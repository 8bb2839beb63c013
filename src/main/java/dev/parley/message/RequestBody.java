package dev.parley.message;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonObject;
import dev.parley.protocol.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a request's body as one JSON object, as strictly as a WebSocket frame. */
final class RequestBody {
  /** Largest body in bytes: as a frame on a WebSocket. */
  private static final int MAX = 256 << 10;

  private RequestBody() {}

  static JsonObject read(InputStream in) {
    byte[] bytes;
    try {
      bytes = in.readNBytes(MAX + 1);
    } catch (IOException e) {
      throw CommandRejected.badRequest("the body could not be read");
    }
    if (bytes.length > MAX) {
      throw new CommandRejected(ErrorCode.TOO_LARGE, "the body must have at most 256 KiB");
    }
    try {
      // A decoder of its own, because new String() would replace what is malformed.
      return JsonReader.object(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw CommandRejected.badRequest("the body is not valid UTF-8");
    }
  }
}
