package dev.parley.security;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@link Secrets}. Each call is a transaction of its own, because an insert that comes
 * second must not spoil the caller's.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class SecretStore {
  @PersistenceContext(unitName = "parley")
  EntityManager entities;

  @Resource EJBContext context;

  public @Nullable String find(String name) {
    Secret secret = entities.find(Secret.class, name);
    return secret == null ? null : secret.content();
  }

  /** Writes the secret unless there is one of this name already. */
  public void insert(String name, String content) {
    try {
      entities.persist(new Secret(name, content));
      entities.flush();
    } catch (PersistenceException e) {
      context.setRollbackOnly();
    }
  }
}
