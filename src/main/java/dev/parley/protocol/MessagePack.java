package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack.UnpackerConfig;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * JSON as MessagePack and back: the second encoding has the same fields as the first, so it is a
 * translation and not a protocol of its own. Any thread.
 *
 * @see <a href="https://github.com/msgpack/msgpack/blob/master/spec.md">the format</a>
 */
public final class MessagePack {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREES = new ObjectMapper(JSON);
  private static final UnpackerConfig STRICT =
      new UnpackerConfig()
          .withActionOnMalformedString(CodingErrorAction.REPORT)
          .withActionOnUnmappableString(CodingErrorAction.REPORT);

  /** What is deeper would be refused by the reader anyway. */
  private static final int MAX_DEPTH = JsonReader.MAX_DEPTH;

  /** The format's integers have 64 bits, and an unsigned form. */
  private static final BigInteger MAX_INTEGER = BigInteger.ONE.shiftLeft(Long.SIZE);

  private static final BigInteger MIN_INTEGER = BigInteger.valueOf(Long.MIN_VALUE);

  private MessagePack() {}

  /**
   * One JSON value as MessagePack. Integers beyond 64 bits become floating point numbers.
   *
   * @throws IllegalArgumentException if it is not JSON
   */
  public static byte[] fromJson(String json) {
    try (MessageBufferPacker to = org.msgpack.core.MessagePack.newDefaultBufferPacker()) {
      pack(TREES.readTree(json), to);
      return to.toByteArray();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /** Recursive: what is sent was read before, and its depth limited then. */
  private static void pack(JsonNode node, MessageBufferPacker to) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        to.packMapHeader(node.size());
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          to.packString(field.getKey());
          pack(field.getValue(), to);
        }
      }
      case ARRAY -> {
        to.packArrayHeader(node.size());
        for (Iterator<JsonNode> all = node.elements(); all.hasNext(); ) {
          pack(all.next(), to);
        }
      }
      case STRING -> to.packString(node.textValue());
      case BOOLEAN -> to.packBoolean(node.booleanValue());
      case NUMBER -> packNumber(node, to);
      case NULL, MISSING, BINARY, POJO -> to.packNil();
    }
  }

  private static void packNumber(JsonNode number, MessageBufferPacker to) throws IOException {
    if (number.canConvertToLong() && number.isIntegralNumber()) {
      to.packLong(number.longValue());
      return;
    }
    BigInteger integer = number.isIntegralNumber() ? number.bigIntegerValue() : null;
    if (integer != null
        && integer.compareTo(MAX_INTEGER) < 0
        && integer.compareTo(MIN_INTEGER) >= 0) {
      to.packBigInteger(integer);
    } else {
      to.packDouble(number.doubleValue());
    }
  }

  /**
   * The JSON of each of the values that follow one another in these bytes.
   *
   * @throws CommandRejected with {@code bad_request} if they are not MessagePack, hold something
   *     that JSON does not know, or are nested too deeply
   */
  public static List<String> toJson(byte[] bytes) {
    List<String> values = new ArrayList<>(1);
    try (MessageUnpacker from = STRICT.newUnpacker(bytes)) {
      while (from.hasNext()) {
        StringWriter json = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(json)) {
          unpack(from, to, 0);
        }
        values.add(json.toString());
      }
    } catch (IOException | MessagePackException e) {
      throw CommandRejected.badRequest("is not MessagePack");
    }
    return values;
  }

  private static void unpack(MessageUnpacker from, JsonGenerator to, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw CommandRejected.badRequest("is nested too deeply");
    }
    switch (from.getNextFormat().getValueType()) {
      case MAP -> unpackMap(from, to, depth);
      case ARRAY -> {
        int size = from.unpackArrayHeader();
        to.writeStartArray();
        for (int i = 0; i < size; i++) {
          unpack(from, to, depth + 1);
        }
        to.writeEndArray();
      }
      case STRING -> to.writeString(from.unpackString());
      case BOOLEAN -> to.writeBoolean(from.unpackBoolean());
      case INTEGER -> to.writeNumber(from.unpackBigInteger());
      case FLOAT -> unpackFloat(from.unpackDouble(), to);
      case NIL -> {
        from.unpackNil();
        to.writeNull();
      }
      case BINARY, EXTENSION ->
          throw CommandRejected.badRequest("binary data and extensions have no JSON form");
    }
  }

  private static void unpackMap(MessageUnpacker from, JsonGenerator to, int depth)
      throws IOException {
    int size = from.unpackMapHeader();
    to.writeStartObject();
    for (int i = 0; i < size; i++) {
      to.writeFieldName(from.unpackString());
      unpack(from, to, depth + 1);
    }
    to.writeEndObject();
  }

  private static void unpackFloat(double value, JsonGenerator to) throws IOException {
    if (!Double.isFinite(value)) {
      throw CommandRejected.badRequest("infinite numbers and NaN have no JSON form");
    }
    to.writeNumber(value);
  }
}
