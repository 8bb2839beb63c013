package dev.parley.channel;

import dev.parley.protocol.ChannelName;
import dev.parley.security.Caller;

/**
 * Who, inside the channel's tenant, may do something in a namespace. Where a channel belongs to
 * somebody ({@link #OWNER}, {@link #ORG}, {@link #MEMBERS}, {@link #PAIR}) all others are denied,
 * so that no grant reaches them; elsewhere other rules may add to those who are named.
 */
public enum Access {
  /** The user whose id stands behind the colon. */
  OWNER {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return grantOrDeny(channel.local().equals(caller.user().asChannelPart()));
    }
  },
  /** Everyone of the tenant whose id stands behind the colon. */
  ORG {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return grantOrDeny(channel.local().equals(caller.org().asChannelPart()));
    }
  },
  /** Everyone in the tenant. */
  TENANT {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return Verdict.GRANT;
    }
  },
  /** Business applications: callers with the role {@code publisher}. */
  PUBLISHER {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return caller.has(Caller.PUBLISHER) ? Verdict.GRANT : Verdict.IGNORE;
    }
  },
  /** Whom a room admits: {@link RoomAccess} knows, and the name alone does not tell. */
  MEMBERS {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return Verdict.DENY;
    }
  },
  /** The two of a {@link DirectPair}: the caller, and the one whose id stands behind the colon. */
  PAIR {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return Verdict.GRANT;
    }
  },
  /** Nobody, unless another rule names them. */
  NOBODY {
    @Override
    Verdict verdict(Caller caller, ChannelName channel) {
      return Verdict.IGNORE;
    }
  };

  abstract Verdict verdict(Caller caller, ChannelName channel);

  private static Verdict grantOrDeny(boolean theirs) {
    return theirs ? Verdict.GRANT : Verdict.DENY;
  }
}
