package dev.parley.security;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a person has said and what was said to this person is to be removed. Fired outside of any
 * transaction, observed by every feature that stores such things; when the call that fires it
 * returns, it is done. An observer works in short transactions, leaves what it has removed removed
 * when it fails, and finds only the rest when it is asked again.
 */
public final class ErasePerson {
  private final OrgId org;
  private final UserId user;
  private final Map<String, Long> counts = new TreeMap<>();

  public ErasePerson(OrgId org, UserId user) {
    this.org = org;
    this.user = user;
  }

  public OrgId org() {
    return org;
  }

  public UserId user() {
    return user;
  }

  /** Notes that so many of something were removed, for the answer and the log. */
  public synchronized void erased(String what, long count) {
    counts.merge(what, count, Long::sum);
  }

  /** What was removed until now. */
  public synchronized Map<String, Long> counts() {
    return Map.copyOf(counts);
  }
}
