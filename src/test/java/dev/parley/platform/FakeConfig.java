package dev.parley.platform;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * A configuration of strings. A property is also found under the name of its environment variable,
 * by the rules of MicroProfile Config, and listed under the name that it was given.
 */
public final class FakeConfig implements Config {
  private final Map<String, String> values;

  private FakeConfig(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** Settings that read these properties and nothing else. */
  public static Settings settings(Map<String, String> properties) {
    Settings settings = new Settings();
    settings.config = new FakeConfig(properties);
    return settings;
  }

  @Override
  public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
    String variable = name.replaceAll("[^A-Za-z0-9]", "_");
    String value = values.get(name);
    value = value == null ? values.get(variable) : value;
    value = value == null ? values.get(variable.toUpperCase(Locale.ROOT)) : value;
    return Optional.ofNullable(value).map(type::cast);
  }

  @Override
  public Iterable<String> getPropertyNames() {
    return values.keySet();
  }

  @Override
  public <T> T getValue(String name, Class<T> type) {
    return getOptionalValue(name, type).orElseThrow();
  }

  @Override
  public ConfigValue getConfigValue(String name) {
    throw new AssertionError("not needed here");
  }

  @Override
  public Iterable<ConfigSource> getConfigSources() {
    return List.of();
  }

  @Override
  public <T> Optional<Converter<T>> getConverter(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    throw new AssertionError("not needed here");
  }
}
