package dev.parley.presence;

import dev.parley.security.ErasePerson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;

/**
 * Forgets when somebody who is erased was here last. Whether they are here now is the truth of
 * their connections, which their node tells until these have ended, and keeps no longer.
 */
@ApplicationScoped
class PresenceErasure {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Transactional(TxType.REQUIRES_NEW)
  void erase(@Observes ErasePerson person) {
    int seen =
        em.createNativeQuery("delete from presence_seen where org = :org and user_id = :user")
            .setParameter("org", person.org().value())
            .setParameter("user", person.user().value())
            .executeUpdate();
    person.erased("seen", seen);
  }
}
