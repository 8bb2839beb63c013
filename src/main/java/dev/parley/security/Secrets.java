package dev.parley.security;

import dev.parley.platform.Ids;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Random 32-byte keys, one for each purpose, that all nodes of one database share and that survive
 * restarts. Whichever node needs one first makes it. Any thread; the first call for a name reads
 * the database.
 */
@ApplicationScoped
public class Secrets {
  private static final int RANDOM_BYTES = 32;

  @EJB SecretStore store;
  @Inject Ids ids;

  /** Never more than the purposes that the code names. */
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();

  /** The key for this purpose, at most 64 characters. The array is the caller's own. */
  public byte[] get(String name) {
    return known.computeIfAbsent(name, this::load).clone();
  }

  private byte[] load(String name) {
    String content = store.find(name);
    if (content == null) {
      // Whether this insert wins or another node's, what the table has then is the key.
      store.insert(name, ids.random(RANDOM_BYTES));
      content = store.find(name);
    }
    if (content == null) {
      throw new IllegalStateException("the secret " + name + " can be neither read nor written");
    }
    return Base64.getUrlDecoder().decode(content);
  }
}
