package dev.parley.message;

import dev.parley.protocol.OrgId;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/** Measures what a tenant's channels keep. Blocks on the database. */
@Stateless
public class TenantUsageReader {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  /** Bytes of the contents of all its messages, as they are now. */
  public long bytes(OrgId org) {
    Number sum =
        (Number)
            em.createNativeQuery(
                    "select coalesce(sum(octet_length(m.data)), 0) from message m"
                        + " join channel h on h.id = m.channel_id where h.org = :org")
                .setParameter("org", org.value())
                .getSingleResult();
    return sum.longValue();
  }
}
