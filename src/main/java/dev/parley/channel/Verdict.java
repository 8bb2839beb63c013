package dev.parley.channel;

/** What one rule says about one operation. */
public enum Verdict {
  /** It allows it, unless another rule denies it. */
  GRANT,
  /** It forbids it, whatever the others say. */
  DENY,
  /** It has nothing to say about it. */
  IGNORE
}
