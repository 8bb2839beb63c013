package dev.parley.connection.websocket;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where Tyrus writes its pongs and close frames: into the same writer as everything else, so that
 * none of them ends up in the middle of a frame that the peer has taken only in part.
 */
final class HeldOutput extends ServletOutputStream {
  private final SocketWriter writer;
  private volatile @Nullable Throwable failure;

  HeldOutput(SocketWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Throwable before = failure;
    if (before != null) {
      throw new IOException(before);
    }
    // A copy: it may have to wait, and these are Tyrus's bytes.
    writer.write(
        Arrays.copyOfRange(bytes, offset, offset + length),
        why -> {
          if (why != null) {
            failure = why;
          }
        });
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    throw new IllegalStateException("it is always ready: there is nothing to listen for");
  }
}
