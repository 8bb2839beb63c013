package dev.parley.security;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request whose body holds a permit until it is read, and has a limited time for that. */
final class LimitedRequest extends HttpServletRequestWrapper {
  private final long deadline;
  private final Runnable permit;
  private final AtomicBoolean released = new AtomicBoolean();

  LimitedRequest(HttpServletRequest request, Duration time, Runnable permit) {
    super(request);
    this.deadline = System.nanoTime() + time.toNanos();
    this.permit = permit;
  }

  /** Gives the permit back; only the first call counts. */
  void release() {
    if (released.compareAndSet(false, true)) {
      permit.run();
    }
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    return new Limited(super.getInputStream());
  }

  private final class Limited extends ServletInputStream {
    private final ServletInputStream in;

    Limited(ServletInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      return noted(in.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return noted(in.read(bytes, offset, length));
    }

    private int noted(int read) throws IOException {
      if (read < 0) {
        release();
      } else if (System.nanoTime() - deadline > 0) {
        release();
        throw new IOException("the body takes too long");
      }
      return read;
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(listener);
    }
  }
}
