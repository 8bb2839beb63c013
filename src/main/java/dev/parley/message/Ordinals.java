package dev.parley.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says how many messages a channel has up to an offset, by looking it up and not by counting.
 * Inside the transaction of {@link ReceiptStore}.
 */
@ApplicationScoped
class Ordinals {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  private record Place(long channel, long offset) {}

  /** The heads of these channels. */
  Map<Long, LogHead> heads(Long[] channels) {
    Map<Long, LogHead> heads = new HashMap<>();
    em.createQuery("select h from LogHead h where h.id in :ids", LogHead.class)
        .setParameter("ids", List.of(channels))
        .getResultStream()
        .forEach(head -> heads.put(head.id(), head));
    return heads;
  }

  /**
   * The counts at the offsets up to which these people have read; one that retention has removed is
   * missing.
   *
   * @param ids the channels of {@code advances}, in their order
   */
  Map<Watermark.Key, Long> of(List<Advance> advances, long[] ids) {
    List<Long> channels = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      if (advances.get(i).read() > 0) {
        channels.add(ids[i]);
        offsets.add(advances.get(i).read());
      }
    }
    Map<Watermark.Key, Long> ordinals = new HashMap<>();
    if (!channels.isEmpty()) {
      Map<Place, Long> found = find(channels, offsets);
      for (int i = 0; i < ids.length; i++) {
        Long ordinal = found.get(new Place(ids[i], advances.get(i).read()));
        if (ordinal != null) {
          ordinals.put(new Watermark.Key(ids[i], advances.get(i).user().id()), ordinal);
        }
      }
    }
    return ordinals;
  }

  private Map<Place, Long> find(List<Long> channels, List<Long> offsets) {
    Map<Place, Long> found = new HashMap<>();
    em.createQuery(
            "select m.place.channelId, m.place.offset, m.ordinal from StoredMessage m"
                + " where m.place.channelId in :channels and m.place.offset in :offsets",
            Object[].class)
        .setParameter("channels", channels.stream().distinct().toList())
        .setParameter("offsets", offsets.stream().distinct().toList())
        .getResultStream()
        .forEach(row -> found.put(new Place((Long) row[0], (Long) row[1]), (Long) row[2]));
    return found;
  }
}
