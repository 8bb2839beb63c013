package dev.parley.ratelimit;

import dev.parley.protocol.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Under which label a tenant counts in the metrics. Those that are configured by name and the first
 * others have their own, all the rest share one, so that tenants that come and go do not fill the
 * memory of whoever gathers the metrics. Any thread.
 */
@ApplicationScoped
public class TenantLabels {
  /** The label of all who have none of their own. */
  static final String OTHER = "other";

  @Inject TenantSettings settings;

  private final Set<String> own = ConcurrentHashMap.newKeySet();

  /** The tenant's label. */
  public String of(OrgId org) {
    String tenant = org.value();
    if (settings.named().contains(tenant) || own.contains(tenant)) {
      return tenant;
    }
    synchronized (own) {
      return own.size() < settings.labels() && own.add(tenant) ? tenant : OTHER;
    }
  }
}
