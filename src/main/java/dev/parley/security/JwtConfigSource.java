package dev.parley.security;

import com.nimbusds.jose.jwk.RSAKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * What MicroProfile JWT is told when nobody else tells it anything, as a source of the
 * configuration: so it serves the server's own verification and Parley's alike.
 *
 * <ul>
 *   <li>In the development mode: the key and the issuer of {@link DevKeys}.
 *   <li>Otherwise an issuer that no token has. Payara answers any bearer header with 500 when none
 *       is configured; this way the credential is refused like every other.
 * </ul>
 */
public final class JwtConfigSource implements ConfigSource {
  static final String NAME = "Parley";
  static final String ISSUER = "parley-dev";
  static final String NO_ISSUER = "parley-no-issuer";

  /** Just above {@code microprofile-config.properties}, below everything an operator sets. */
  private static final int ORDINAL = 101;

  private volatile @Nullable RSAKey key;

  /** Made by the server, which finds the class in {@code META-INF/services}. */
  public JwtConfigSource() {}

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public int getOrdinal() {
    return ORDINAL;
  }

  /** Without a look at the mode, since servers ask while the configuration is not yet built. */
  @Override
  public Set<String> getPropertyNames() {
    return Set.of(JwtSettings.KEY, JwtSettings.ISSUER);
  }

  @Override
  public Map<String, String> getProperties() {
    return Map.of();
  }

  @Override
  public @Nullable String getValue(@Nullable String name) {
    if (JwtSettings.KEY.equals(name)) {
      return enabled() && !hasLocation() ? DevKeys.pem(key()) : null;
    }
    if (JwtSettings.ISSUER.equals(name)) {
      return enabled() ? ISSUER : NO_ISSUER;
    }
    return null;
  }

  /** The pair that the configuration has for {@code parley.data.dir}. */
  static RSAKey pair() {
    return DevKeys.in(
        Path.of(config().getOptionalValue("parley.data.dir", String.class).orElse("data")));
  }

  private RSAKey key() {
    RSAKey found = key;
    if (found == null) {
      found = pair();
      key = found;
    }
    return found;
  }

  private static boolean enabled() {
    return config().getOptionalValue("parley.dev.enabled", String.class).orElse("").equals("true");
  }

  /**
   * Beside a production key the application refuses to start, and says why. It gets to say so only
   * without a second key, which would stop the server before with a sentence of its own.
   */
  private static boolean hasLocation() {
    return config().getOptionalValue(JwtSettings.LOCATION, String.class).isPresent();
  }

  /** Named by class loader: some servers ask in a phase without a context class loader. */
  private static Config config() {
    return ConfigProvider.getConfig(JwtConfigSource.class.getClassLoader());
  }
}
