package dev.parley.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Finds mistakes in the security settings when the application starts, not at the first caller. */
@ApplicationScoped
public class SecurityCheck {
  @Inject DevMode devMode;
  @Inject SecuritySettings settings;
  @Inject JwtVerifier verifier;
  @Inject RevocationWatch revocations;
  @Inject ClientAddresses addresses;

  /**
   * Reads all settings once, and what was revoked before this node began; warns when no token can
   * be verified.
   *
   * @throws RuntimeException whose message names the property and what to change
   */
  public void atStart() {
    devMode.refuseBesideProductionKeys();
    new OriginPolicy(settings.allowedOrigins);
    addresses.check();
    verifier.hasKey();
    revocations.read();
  }
}
