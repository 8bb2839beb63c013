package dev.parley.cluster;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;

/** A person in their tenant. */
public record UserKey(OrgId org, UserId user) implements Comparable<UserKey> {
  @Override
  public int compareTo(UserKey other) {
    int byOrg = org.value().compareTo(other.org.value());
    return byOrg != 0 ? byOrg : user.value().compareTo(other.user.value());
  }
}
