package dev.parley.platform;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/** Makes ids. Any thread. */
@ApplicationScoped
public class Ids {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final NoArgGenerator timeOrdered = Generators.timeBasedEpochGenerator();
  private final SecureRandom random = new SecureRandom();

  /** A UUID of version 7 (RFC 9562): unique and sorted by time. */
  public UUID timeOrdered() {
    return timeOrdered.generate();
  }

  /** An unguessable text of {@code bytes} random bytes in base64url. */
  public String random(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return BASE64.encodeToString(value);
  }
}
