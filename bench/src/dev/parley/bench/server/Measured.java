package dev.parley.bench.server;

/** A server in processes of its own. */
public interface Measured extends AutoCloseable {
  /** Seconds of processor time that it has used until now. */
  double cpu();

  /** Ends its processes. */
  @Override
  void close();
}
