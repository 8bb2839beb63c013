package dev.parley.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes and reads the value of the cookie by which an {@code EventSource} reconnects. It goes back
 * to the same address, whose ticket is used by then; the value says that this browser has redeemed
 * that very ticket, and for whom. It ends with the caller's token and needs the ticket beside it,
 * so that neither a copied address nor the cookie alone opens anything. Any thread, any node.
 */
@ApplicationScoped
class StreamCookies {
  /** Browsers drop cookies above 4,096 bytes, name and attributes included. */
  private static final int MAX_LENGTH = 3500;

  private static final JOSEObjectType TYPE = new JOSEObjectType("parley-stream+jwt");
  private static final String AUDIENCE = "parley-stream";
  private static final String TICKET = "ticket";

  @Inject Secrets secrets;
  @Inject Clock clock;

  /** The value for the caller who has redeemed this ticket; null when it would not fit a cookie. */
  @Nullable String value(Caller caller, String ticket) {
    JWTClaimsSet claims =
        CallerFactory.claims(caller).audience(AUDIENCE).claim(TICKET, Ticket.hash(ticket)).build();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(TYPE).build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new MACSigner(key()));
    } catch (JOSEException e) {
      throw new IllegalStateException("a stream cookie cannot be signed", e);
    }
    String value = token.serialize();
    return value.length() > MAX_LENGTH ? null : value;
  }

  /** How long the cookie is of use. */
  Duration life(Caller caller) {
    return Duration.between(clock.instant(), caller.expiresAt());
  }

  /** The caller of a value that was made for this ticket; null when it was not, or has ended. */
  @Nullable Caller caller(String value, String ticket) {
    if (value.length() > MAX_LENGTH) {
      return null;
    }
    try {
      SignedJWT token = SignedJWT.parse(value);
      if (!isOurs(token.getHeader()) || !token.verify(new MACVerifier(key()))) {
        return null;
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      boolean same =
          claims.getAudience().equals(List.of(AUDIENCE))
              && Ticket.hash(ticket).equals(claims.getStringClaim(TICKET));
      Caller caller = CallerFactory.KEPT.of(claims);
      return same && !CallerFactory.isExpired(caller, clock.instant()) ? caller : null;
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isOurs(JWSHeader header) {
    return JWSAlgorithm.HS256.equals(header.getAlgorithm()) && TYPE.equals(header.getType());
  }

  private byte[] key() {
    return secrets.get("stream-cookie");
  }
}
