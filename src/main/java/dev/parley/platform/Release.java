package dev.parley.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which release this is. Any thread. */
public final class Release {
  private static final String VERSION = read();

  private Release() {}

  /** The version, as the build has written it: for people, who compare nodes by it. */
  public static String version() {
    return VERSION;
  }

  private static String read() {
    try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("the release cannot be read", e);
    }
  }
}
