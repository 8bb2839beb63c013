package dev.parley.cluster;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The table of {@link NodeRegistry}. Every time in it is the database's, so that nodes need not
 * agree about the time among themselves. All calls block.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class NodeStore {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Puts a node into the registry. */
  public void register(String id, String name, String version, Duration lease, NodeLoad load) {
    Instant now = now();
    em.persist(
        new NodeRow(
            new NodeInfo(
                id, name, version, now, now.plus(lease), load.connections(), load.state())));
  }

  /** Prolongs a lease; false when it was over, whether or not somebody has removed the node. */
  public boolean renew(String id, Duration lease, NodeLoad load) {
    Instant now = now();
    return em.createQuery(
                "update NodeRow n set n.leaseUntil = :until, n.connections = :connections,"
                    + " n.state = :state where n.id = :id and n.leaseUntil > :now")
            .setParameter("until", now.plus(lease))
            .setParameter("connections", load.connections())
            .setParameter("state", load.state())
            .setParameter("id", id)
            .setParameter("now", now)
            .executeUpdate()
        == 1;
  }

  /** The nodes whose lease is not over, in the order in which they came. */
  public List<NodeInfo> alive() {
    return em.createQuery(
            "select n from NodeRow n where n.leaseUntil > :now order by n.startedAt, n.id",
            NodeRow.class)
        .setParameter("now", now())
        .getResultStream()
        .map(NodeRow::info)
        .toList();
  }

  /** The nodes whose lease is over. */
  public List<String> expired() {
    return em.createQuery(
            "select n.id from NodeRow n where n.leaseUntil <= :now order by n.id", String.class)
        .setParameter("now", now())
        .getResultList();
  }

  /** Takes a node out of the registry, with whom it held. */
  public void remove(String id) {
    // The node first: who comes second waits for its row and then finds nothing to do.
    if (em.createQuery("delete from NodeRow n where n.id = :id")
            .setParameter("id", id)
            .executeUpdate()
        == 1) {
      em.createNativeQuery("delete from user_node where node_id = :id")
          .setParameter("id", id)
          .executeUpdate();
    }
  }

  private Instant now() {
    return (Instant)
        em.createNativeQuery("select current_timestamp", Instant.class).getSingleResult();
  }
}
