package dev.parley.channel;

import dev.parley.protocol.ChannelName;
import dev.parley.security.Caller;

/** Who, inside the channel's tenant, may do something in a namespace. */
public enum Access {
  /** The user whose id stands behind the colon. */
  OWNER {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return channel.local().equals(caller.user().asChannelPart());
    }
  },
  /** Everyone of the tenant whose id stands behind the colon. */
  ORG {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return channel.local().equals(caller.org().asChannelPart());
    }
  },
  /** Everyone in the tenant. */
  TENANT {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return true;
    }
  },
  /** Business applications: callers with the role {@code publisher}. */
  PUBLISHER {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return caller.has(Caller.PUBLISHER);
    }
  },
  /** Whom a room admits: {@link RoomAccess} knows, and the name alone does not tell. */
  MEMBERS {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return false;
    }
  },
  /** The two of a {@link DirectPair}: the caller, and the one whose id stands behind the colon. */
  PAIR {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return true;
    }
  },
  /** Nobody. */
  NOBODY {
    @Override
    boolean admits(Caller caller, ChannelName channel) {
      return false;
    }
  };

  abstract boolean admits(Caller caller, ChannelName channel);
}
