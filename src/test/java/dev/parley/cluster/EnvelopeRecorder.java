package dev.parley.cluster;

import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.StreamPosition;
import dev.parley.testkit.Recorder;

/** Hears envelopes, and nothing else. */
record EnvelopeRecorder(Recorder<Envelope> envelopes) implements BusListener {
  @Override
  public void heard(Envelope envelope) {
    envelopes.record(envelope);
  }

  @Override
  public void moved(ChannelKey channel, StreamPosition position) {
    throw new AssertionError("nothing here is too large");
  }

  @Override
  public void mayHaveMissed() {
    // There is no log that could be read.
  }
}
