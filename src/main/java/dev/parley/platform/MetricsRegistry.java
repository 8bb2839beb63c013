package dev.parley.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

/**
 * The one registry of everything that is counted. Inside the WAR, because MicroProfile Metrics is
 * not on every server.
 */
@ApplicationScoped
public class MetricsRegistry {
  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Produces
  MeterRegistry registry() {
    return prometheus;
  }

  /** All values in the text format of Prometheus. */
  public String scrape() {
    return prometheus.scrape();
  }
}
