package dev.parley.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.parley.platform.Settings;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens by the keys and rules of {@code mp.jwt.verify.*}. The algorithm is the configured
 * one, whatever a token says; unsigned, encrypted and HMAC tokens are never accepted (RFC 8725,
 * sections 3.1 and 3.2). Without any key every token is refused. Any thread; may block up to some
 * seconds while keys are read.
 */
@ApplicationScoped
class JwtVerifier implements TokenVerifier {
  /** Longest token, in characters, looked at before anything is decoded. */
  static final int MAX_LENGTH = 16 * 1024;

  private static final System.Logger LOG = System.getLogger(JwtVerifier.class.getName());

  @Inject Settings settings;
  @Inject SecuritySettings security;
  @Inject Clock clock;

  private @Nullable JwtKeys keys;
  private DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private CallerFactory callers = CallerFactory.KEPT;
  private Revocations revocations = new Revocations();

  @Inject
  void respect(Revocations known) {
    revocations = known;
  }

  /** Whether there is a key at all. The first question reads the configuration. */
  boolean hasKey() {
    return keys != null;
  }

  /** A verifier outside a container. */
  static JwtVerifier of(JwtSettings jwt, CallerFactory callers, Clock clock) {
    JwtVerifier verifier = new JwtVerifier();
    verifier.use(jwt, callers, clock);
    return verifier;
  }

  @PostConstruct
  void start() {
    use(JwtSettings.of(settings), new CallerFactory(security.orgClaim, security.defaultOrg), clock);
    if (keys == null) {
      LOG.log(
          Level.WARNING,
          "No token can be verified, so every caller is refused: set {0} or {1}, and {2}",
          JwtSettings.KEY,
          JwtSettings.LOCATION,
          JwtSettings.ISSUER);
    }
  }

  private void use(JwtSettings jwt, CallerFactory factory, Clock time) {
    callers = factory;
    if (!jwt.hasKey()) {
      return;
    }
    JwtKeys found = JwtKeys.of(jwt);
    keys = found;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(jwt.algorithm(), found));
    processor.setJWTClaimsSetVerifier(new TokenRules(jwt, time));
  }

  @Override
  public Caller verify(String token) {
    if (keys == null) {
      throw refused("this server has no key to verify it");
    }
    if (token.length() > MAX_LENGTH) {
      throw refused("is longer than " + MAX_LENGTH + " characters");
    }
    try {
      Caller caller = callers.of(processor.process(SignedJWT.parse(token), null));
      revocations.check(caller);
      return caller;
    } catch (ExpiredJWTException e) {
      throw new CommandRejected(ErrorCode.TOKEN_EXPIRED, "token: has expired");
    } catch (KeySourceException e) {
      throw withoutKeys(keys, e);
    } catch (ParseException | IllegalArgumentException e) {
      throw refused("is not a signed JWT");
    } catch (BadJOSEException | JOSEException e) {
      // The reason is for the operator. To the caller it would be a hint for the next attempt.
      LOG.log(
          Level.DEBUG, "A token was refused: {0}", Printable.text(String.valueOf(e.getMessage())));
      throw refused("is not valid here");
    }
  }

  private static CommandRejected withoutKeys(JwtKeys keys, KeySourceException e) {
    if (e instanceof RateLimitReachedException && keys.isReachable()) {
      return refused("its key is unknown");
    }
    return CommandRejected.unavailable("tokens cannot be verified now", e);
  }

  private static CommandRejected refused(String reason) {
    return new CommandRejected(ErrorCode.UNAUTHORIZED, "token: " + reason);
  }
}
