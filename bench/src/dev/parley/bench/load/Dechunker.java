package dev.parley.bench.load;

import io.netty.buffer.ByteBuf;

/**
 * Takes the chunks of an HTTP answer apart (RFC 9112, 7.1), wherever the reads have cut them. When
 * the answer comes without chunks, everything is data.
 */
final class Dechunker {
  /** Hears of a piece of the content. */
  @FunctionalInterface
  interface Content {
    void piece(ByteBuf in, int from, int to);
  }

  private final boolean chunked;
  private boolean inHead = true;
  private boolean afterChunk;
  private int size;
  private boolean ended;

  Dechunker(boolean chunked) {
    this.chunked = chunked;
  }

  /** Whether the last chunk was read. */
  boolean isEnded() {
    return ended;
  }

  /** Reads as far as there is something. */
  void read(ByteBuf in, Content content) {
    if (!chunked) {
      content.piece(in, in.readerIndex(), in.writerIndex());
      in.skipBytes(in.readableBytes());
      return;
    }
    while (!ended && in.isReadable() && (inHead ? head(in) : chunk(in, content))) {}
  }

  /**
   * The line with the size of a chunk; the blank line behind the chunk before it is passed over.
   */
  private boolean head(ByteBuf in) {
    int length = in.bytesBefore((byte) '\n');
    if (length < 0) {
      return false;
    }
    if (afterChunk) {
      afterChunk = false;
      in.skipBytes(length + 1);
      return true;
    }
    size = 0;
    for (int i = 0; i < length; i++) {
      int digit = Character.digit(in.getByte(in.readerIndex() + i), 16);
      if (digit < 0) {
        break;
      }
      size = size * 16 + digit;
    }
    in.skipBytes(length + 1);
    if (size == 0) {
      ended = true;
      in.skipBytes(Math.min(2, in.readableBytes()));
    }
    inHead = false;
    return true;
  }

  private boolean chunk(ByteBuf in, Content content) {
    int length = Math.min(size, in.readableBytes());
    int from = in.readerIndex();
    in.skipBytes(length);
    content.piece(in, from, from + length);
    size -= length;
    if (size == 0) {
      inHead = true;
      afterChunk = true;
    }
    return true;
  }
}
