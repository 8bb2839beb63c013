package dev.parley.cluster;

import java.util.Locale;

/** What came through Redis is not from one of our nodes, or not for this one. */
final class EnvelopeRejected extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  enum Reason {
    OVERSIZED,
    /** Made by a release that writes another form. */
    VERSION,
    /** Not signed with our key for this topic. */
    FORGED,
    /** Signed, and yet not readable. */
    MALFORMED;

    /** As the metric has it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;

  /** Has no stack trace: whoever floods a topic must not make us collect those. */
  EnvelopeRejected(Reason reason) {
    super(reason.label(), null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
