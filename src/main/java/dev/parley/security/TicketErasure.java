package dev.parley.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;

/** Removes the tickets of somebody who is erased: they hold what the token says of the person. */
@ApplicationScoped
class TicketErasure {
  @PersistenceContext(unitName = "parley")
  EntityManager em;

  @Transactional(TxType.REQUIRES_NEW)
  void erase(@Observes ErasePerson person) {
    int tickets =
        em.createNativeQuery("delete from ticket where org = :org and user_id = :user")
            .setParameter("org", person.org().value())
            .setParameter("user", person.user().value())
            .executeUpdate();
    person.erased("tickets", tickets);
  }
}
