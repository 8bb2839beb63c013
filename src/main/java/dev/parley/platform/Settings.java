package dev.parley.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;

/**
 * Typed, validated access to the configuration ({@code parley.*}). A value that is missing becomes
 * its default; one that is malformed or out of range stops the deployment with a sentence that
 * names the key. Everything read is remembered, so that the effective values can be printed once.
 */
@ApplicationScoped
public class Settings {
  @Inject Config config;

  private final Map<String, String> effective = new ConcurrentSkipListMap<>();

  /** A whole number within bounds, both included. */
  public int integer(String key, int absent, int min, int max) {
    int value = read(key, absent, Integer::parseInt, "a whole number");
    if (value < min || value > max) {
      throw invalid(key + " must be from " + min + " to " + max + ", but is " + value);
    }
    return value;
  }

  /** A number of bytes, not negative. */
  public long size(String key, long absent) {
    long value = read(key, absent, Long::parseLong, "a number of bytes");
    if (value < 0) {
      throw invalid(key + " must not be negative, but is " + value);
    }
    return value;
  }

  /** A duration in ISO 8601 form ({@code PT25S}, {@code P30D}), not negative. */
  public Duration duration(String key, Duration absent) {
    Duration value = read(key, absent, Duration::parse, "an ISO 8601 duration such as PT25S");
    if (value.isNegative()) {
      throw invalid(key + " must not be negative, but is " + value);
    }
    return value;
  }

  /** A duration within bounds, both included. */
  public Duration duration(String key, Duration absent, Duration min, Duration max) {
    Duration value = duration(key, absent);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw invalid(key + " must be from " + min + " to " + max + ", but is " + value);
    }
    return value;
  }

  /** A flag: {@code true} or {@code false}. */
  public boolean flag(String key, boolean absent) {
    return read(key, absent, Settings::parseFlag, "true or false");
  }

  /** A text. */
  public String text(String key, String absent) {
    return read(key, absent, Function.identity(), "a text");
  }

  /** A text that matches a regular expression. */
  public String text(String key, String absent, String pattern, String expected) {
    String value = text(key, absent);
    if (!value.matches(pattern)) {
      throw invalid(key + " must be " + expected + " (" + pattern + "), but is '" + value + "'");
    }
    return value;
  }

  /**
   * Something that is made of a text.
   *
   * @param parser throws for a text that is none
   * @param expected what it must be, for people
   */
  public <T> T parsed(String key, T absent, Function<String, T> parser, String expected) {
    T value = read(key, absent, parser, expected);
    // Shown as it was written; nothing for what is absent
    effective.put(key, config.getOptionalValue(key, String.class).map(String::trim).orElse(""));
    return value;
  }

  /** A text that has no default. */
  public Optional<String> optional(String key) {
    Optional<String> value = config.getOptionalValue(key, String.class);
    value.ifPresent(v -> effective.put(key, v));
    return value;
  }

  /** A text that is never shown. */
  public Optional<String> secret(String key) {
    Optional<String> value = config.getOptionalValue(key, String.class);
    effective.put(key, value.isPresent() ? "***" : "(not set)");
    return value;
  }

  /** Something that is made of a text that is never shown, not even when it is malformed. */
  public <T> Optional<T> secret(String key, Function<String, T> parser, String expected) {
    try {
      return secret(key).map(text -> parser.apply(text.trim()));
    } catch (RuntimeException e) {
      throw invalid(key + " must be " + expected);
    }
  }

  /** The names of all properties that any configuration source has. */
  public Iterable<String> names() {
    return config.getPropertyNames();
  }

  /** What was read until now, by key, secrets masked. */
  public Map<String, String> effective() {
    return Map.copyOf(effective);
  }

  private <T> T read(String key, T absent, Function<String, T> parser, String expected) {
    String text = config.getOptionalValue(key, String.class).orElse(null);
    T value;
    try {
      value = text == null ? absent : parser.apply(text.trim());
    } catch (RuntimeException e) {
      throw invalid(key + " must be " + expected + ", but is '" + text + "'");
    }
    effective.put(key, String.valueOf(value));
    return value;
  }

  private static IllegalArgumentException invalid(String sentence) {
    return StartFailure.noted(new IllegalArgumentException(sentence));
  }

  private static boolean parseFlag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }
}
