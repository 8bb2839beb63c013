package dev.parley.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The header by which a client says what it can unpack (RFC 9110, 12.5.3). Any thread. */
public final class AcceptEncoding {
  private static final String GZIP = "gzip";

  private AcceptEncoding() {}

  /** Whether one of these header fields accepts gzip. */
  public static boolean gzip(@Nullable List<String> fields) {
    return fields != null
        && fields.stream()
            .flatMap(field -> Arrays.stream(field.toLowerCase(Locale.ROOT).split(",", -1)))
            .map(coding -> coding.replaceAll("\\s", "").split(";", -1))
            .anyMatch(coding -> coding[0].equals(GZIP) && !isRefused(coding));
  }

  private static boolean isRefused(String[] coding) {
    return Arrays.stream(coding).anyMatch(parameter -> parameter.matches("q=0(\\.0*)?"));
  }
}
