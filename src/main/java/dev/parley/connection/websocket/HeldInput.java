package dev.parley.connection.websocket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is read from the connection, and what of it is held for Tyrus. */
final class HeldInput extends ServletInputStream {
  private static final byte[] NOTHING = {};

  private final ServletInputStream raw;
  private byte[] held = NOTHING;
  private int position;
  private boolean ended;
  private @Nullable ReadListener listener;

  HeldInput(ServletInputStream raw) {
    this.raw = raw;
  }

  /** Lets the container read, and tell of it. */
  void readByContainer() {
    if (listener != null) {
      raw.setReadListener(listener);
    }
  }

  /** What the container has read along with the handshake; 0 when there is no more. */
  int takeRead(byte[] buffer) throws IOException {
    // Never more than is there: it would block.
    int count = Math.min(buffer.length, raw.available());
    return count <= 0 ? 0 : raw.read(buffer, 0, count);
  }

  boolean isRawReady() {
    return !ended && raw.isReady();
  }

  int readRaw(byte[] buffer) throws IOException {
    int count = raw.read(buffer);
    ended |= count < 0;
    return count;
  }

  void hold(byte[] frame) {
    int left = held.length - position;
    byte[] both = new byte[left + frame.length];
    System.arraycopy(held, position, both, 0, left);
    System.arraycopy(frame, 0, both, left, frame.length);
    held = both;
    position = 0;
  }

  @Override
  public int available() {
    return held.length - position;
  }

  @Override
  public int read() {
    if (available() == 0) {
      return -1;
    }
    int next = held[position++] & 0xff;
    forget();
    return next;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (available() == 0) {
      return ended ? -1 : 0;
    }
    int count = Math.min(length, available());
    System.arraycopy(held, position, into, offset, count);
    position += count;
    forget();
    return count;
  }

  private void forget() {
    if (position == held.length) {
      held = NOTHING;
      position = 0;
    }
  }

  @Override
  public boolean isFinished() {
    return ended && available() == 0;
  }

  @Override
  public boolean isReady() {
    return available() > 0;
  }

  @Override
  public void setReadListener(ReadListener readListener) {
    listener = readListener;
  }
}
