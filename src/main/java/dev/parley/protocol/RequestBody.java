package dev.parley.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a request's body as one JSON object, as strictly as a WebSocket frame. */
public final class RequestBody {
  /** Largest body in bytes, where a call says nothing else. */
  private static final int MAX = 64 << 10;

  /** Largest body with the {@code data} of a message, in bytes: as a frame on a WebSocket. */
  public static final int MAX_MESSAGE = 256 << 10;

  private RequestBody() {}

  /**
   * The object.
   *
   * @throws CommandRejected with {@code bad_request} or {@code too_large}
   */
  public static JsonObject read(InputStream in) {
    return object(bytes(in, MAX));
  }

  /** The same, for a call that has lists; {@code max} is in bytes. */
  public static JsonObject read(InputStream in, int max) {
    return object(bytes(in, max));
  }

  /** The same, where no body stands for an object without fields. */
  public static JsonObject readOptional(InputStream in) {
    byte[] bytes = bytes(in, MAX);
    return bytes.length == 0 ? JsonReader.object("{}") : object(bytes);
  }

  private static byte[] bytes(InputStream in, int max) {
    byte[] bytes;
    try {
      bytes = in.readNBytes(max + 1);
    } catch (IOException e) {
      throw CommandRejected.badRequest("the body could not be read");
    }
    if (bytes.length > max) {
      throw new CommandRejected(
          ErrorCode.TOO_LARGE, "the body must have at most " + (max >> 10) + " KiB");
    }
    return bytes;
  }

  private static JsonObject object(byte[] bytes) {
    try {
      // A decoder of its own, because new String() would replace what is malformed.
      return JsonReader.object(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw CommandRejected.badRequest("the body is not valid UTF-8");
    }
  }
}
