package dev.parley.protocol;

/**
 * One channel of one tenant: the identity under which the log, the bus and the fan-out know it. Two
 * tenants may use the same {@link ChannelName} and never meet.
 */
public record ChannelKey(OrgId org, ChannelName name) {
  @Override
  public String toString() {
    return org.value() + "/" + name.value();
  }
}
