package dev.parley.channel;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the application have changed, or what they rest on. A {@link ChannelAuthorizer}, or
 * who serves it, fires this as a CDI event; inside a transaction it counts after the commit. The
 * open subscriptions of those who are concerned are decided anew, and those that are no longer
 * allowed end with {@code unsubscribed}: at once on this node, and on the others when the bus has
 * told them, after their beans have heard {@link ChannelPolicyChangedElsewhere}.
 *
 * @param org the tenant that it is about; null for all
 * @param user the user that it is about; null for all
 */
public record ChannelPolicyChanged(@Nullable OrgId org, @Nullable UserId user) {
  /** For everybody. */
  public static final ChannelPolicyChanged EVERYWHERE = new ChannelPolicyChanged(null, null);

  /** Whether it is about this user. */
  public boolean concerns(OrgId itsOrg, UserId itself) {
    return (org == null || org.equals(itsOrg)) && (user == null || user.equals(itself));
  }
}
