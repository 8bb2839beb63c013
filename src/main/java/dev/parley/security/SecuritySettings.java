package dev.parley.security;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How callers are told apart ({@code parley.security.*}, {@code parley.dev.enabled}). The keys that
 * verify tokens are those of MicroProfile JWT, see {@link JwtSettings}.
 */
@Dependent
public class SecuritySettings {
  /** No call takes a larger body, in bytes; most take far less. */
  static final long MAX_BODY = 4 << 20;

  /**
   * {@code parley.security.org-claim}: the claim that names the tenant. Default {@code org};
   * identity providers call it anything from {@code tenant} to {@code https://example.com/org}.
   */
  final String orgClaim;

  /**
   * {@code parley.security.default-org}: the tenant of tokens without that claim. Default {@code
   * default}, so that a company that is its only tenant need not touch its identity provider.
   */
  final String defaultOrg;

  /**
   * {@code parley.security.query-token}: whether {@code ?token=} is a credential. Default true,
   * because some clients can set nothing but the address; switch it off where proxies log
   * addresses, tickets do the same job.
   */
  final boolean queryToken;

  /**
   * {@code parley.security.ticket-ttl}: how long a ticket waits to be redeemed. Default 30 seconds:
   * enough for a slow handshake on a phone, too little for a log file to be worth stealing.
   */
  final Duration ticketTtl;

  /**
   * {@code parley.security.tickets-per-user}: how many unredeemed tickets one user may have.
   * Default 100, far above what tabs and retries need within 30 seconds, so that the table stays
   * small whatever a client does.
   */
  final int ticketsPerUser;

  /**
   * {@code parley.security.allowed-origins}: pages of other origins that may call, as a comma list
   * of {@code https://app.example.com[:port]}. Default empty: only pages of this very host and
   * port. Programs that are no browsers send no {@code Origin} and are not affected.
   */
  final List<String> allowedOrigins;

  /**
   * {@code parley.security.trusted-proxies}: whose {@code X-Forwarded-For} is believed, as a comma
   * list of addresses and networks such as {@code 10.0.0.0/8}. Default empty: nobody's, because
   * anyone can send that header.
   */
  final List<String> trustedProxies;

  /**
   * {@code parley.security.revocation-retention}: for how long a revoked token is remembered when
   * its end is not given. Default 7 days: longer than tokens should live.
   */
  final Duration revocationRetention;

  /**
   * {@code parley.security.revocation-check}: how often a node looks for revocations of which it
   * has not heard. Default 1 second, so that none takes two even when Redis is away.
   */
  final Duration revocationCheck;

  /**
   * {@code parley.security.max-revocations}: how many are kept at a time. Each takes about 300
   * bytes on every node.
   */
  final int maxRevocations;

  /** {@code parley.http.bodies}: bodies that trickle in; a third of the server's threads. */
  final int bodies;

  /** {@code parley.http.bodies-per-caller}: those of one caller. */
  final int bodiesPerCaller;

  /** {@code parley.http.body-timeout}: how long one may take; 64 KiB over a bad line. */
  final Duration bodyTimeout;

  /**
   * {@code parley.dev.enabled}: whether anyone may have a token made by {@code POST
   * /api/v1/dev/token}. Default false; the documented one-command run sets it.
   */
  final boolean devEnabled;

  @Inject
  SecuritySettings(Settings settings) {
    orgClaim = settings.text("parley.security.org-claim", "org");
    defaultOrg = settings.text("parley.security.default-org", "default");
    queryToken = settings.flag("parley.security.query-token", true);
    ticketTtl = settings.duration("parley.security.ticket-ttl", Duration.ofSeconds(30));
    ticketsPerUser = settings.integer("parley.security.tickets-per-user", 100, 1, 10_000);
    allowedOrigins = list(settings.text("parley.security.allowed-origins", ""));
    trustedProxies = list(settings.text("parley.security.trusted-proxies", ""));
    revocationRetention =
        settings.duration("parley.security.revocation-retention", Duration.ofDays(7));
    revocationCheck =
        settings.duration(
            "parley.security.revocation-check",
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            Duration.ofHours(1));
    maxRevocations = settings.integer("parley.security.max-revocations", 100_000, 1, 10_000_000);
    bodies = settings.integer("parley.http.bodies", 64, 1, 10_000);
    bodiesPerCaller = settings.integer("parley.http.bodies-per-caller", 16, 1, 10_000);
    bodyTimeout =
        settings.duration(
            "parley.http.body-timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(10));
    devEnabled = settings.flag("parley.dev.enabled", false);
  }

  static List<String> list(@Nullable String commaSeparated) {
    if (commaSeparated == null) {
      return List.of();
    }
    return Arrays.stream(commaSeparated.split(",", -1))
        .map(String::trim)
        .filter(item -> !item.isEmpty())
        .toList();
  }
}
