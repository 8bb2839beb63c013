package dev.parley.channel;

import java.util.Collection;
import java.util.Map;

/** Somebody who must know when the access to a room changes. Any thread; must not block. */
public interface RoomWatch {
  /** The numbers of the rooms that matter, at this moment. */
  Collection<Long> rooms();

  /** The access versions of these and perhaps of other rooms, as the database has them now. */
  void versions(Map<Long, Long> versions);
}
