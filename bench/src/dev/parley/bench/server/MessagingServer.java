package dev.parley.bench.server;

/** A server that carries messages between its clients. */
public interface MessagingServer extends Measured {
  /** Where it listens on the loopback. */
  int port();

  /** KiB that are alive in its heap after a full collection. */
  long liveHeap();

  /** KiB of its resident memory. */
  long rss();
}
