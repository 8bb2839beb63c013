package dev.parley.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.ratelimit.TenantSettings.Quota;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What tenants publish and store, and where it ends ({@link TenantSettings}). Messages are spent
 * here and told to the other nodes ({@link SharedAllowance}). Counted for each tenant under its
 * {@link TenantLabels label}. Any thread; never blocks.
 */
@ApplicationScoped
public class TenantQuotas {
  /** Tenants that publish within an hour; each takes about 500 bytes. */
  private static final int MAX_TENANTS = 10_000;

  @Inject TenantSettings settings;
  @Inject TenantLabels labels;
  @Inject MeterRegistry registry;
  @Inject SharedAllowance shared;
  @Inject Refusals refusals;

  /** Not the wall clock, which may be set back. */
  TimeMeter time = TimeMeter.SYSTEM_NANOTIME;

  private final Cache<OrgId, Publishing> publishing =
      Caffeine.newBuilder()
          .maximumSize(MAX_TENANTS)
          .expireAfterAccess(Duration.ofHours(1))
          .ticker(() -> time.currentTimeNanos())
          .build();

  private final Map<String, AtomicLong> storedGauges = new ConcurrentHashMap<>();

  /** What is known of one tenant's messages. */
  private static final class Publishing {
    final Quota quota;
    final Rate rate;
    final @Nullable Bucket bucket;
    final String key;
    final Counter messages;

    /** Bytes that this node has stored since the last measurement began. */
    final AtomicLong since = new AtomicLong();

    volatile long measured;
    volatile long measuredAt;
    volatile boolean isMeasured;

    Publishing(OrgId org, Quota quota, TimeMeter time, Counter messages) {
      this.quota = quota;
      int perSecond = quota.messagesPerSecond();
      this.rate = Rate.perSecond(perSecond, 2L * perSecond);
      this.bucket = perSecond == 0 ? null : Buckets.bucket(time, rate);
      this.key = "tenant/" + org.asChannelPart();
      this.messages = messages;
    }
  }

  /**
   * Takes one message from the tenant's allowance.
   *
   * @param bytes what of it is stored; 0 when nothing is
   * @throws CommandRejected with {@code rate_limited} and the time until there is room again, or
   *     {@code limit_exceeded} when the tenant stores as much as it may
   */
  public void publish(OrgId org, long bytes) {
    Publishing tenant = publishing.get(org, this::begin);
    if (bytes > 0) {
      checkStored(org, tenant);
    }
    if (tenant.bucket != null) {
      take(org, tenant, tenant.bucket);
    }
    tenant.messages.increment();
    if (bytes > 0) {
      tenant.since.addAndGet(bytes);
    }
  }

  private void take(OrgId org, Publishing tenant, Bucket bucket) {
    long wait = shared.overdrawn(tenant.key);
    if (wait == 0) {
      wait = Buckets.take(bucket);
    }
    if (wait > 0) {
      refused(org, "messages");
      throw Refusals.tooOften("the tenant publishes too fast", wait);
    }
    shared.spent(tenant.key, tenant.rate, 1);
  }

  private void checkStored(OrgId org, Publishing tenant) {
    long quota = tenant.quota.storedBytes();
    if (quota > 0 && tenant.measured + tenant.since.get() >= quota) {
      refused(org, "bytes");
      throw new CommandRejected(
          ErrorCode.LIMIT_EXCEEDED, "the tenant stores as much as it may: " + quota + " bytes");
    }
  }

  private Publishing begin(OrgId org) {
    return new Publishing(
        org,
        settings.of(org),
        time,
        registry.counter("parley.tenant.messages", "tenant", labels.of(org)));
  }

  private void refused(OrgId org, String quota) {
    registry.counter("parley.tenant.refused", "tenant", labels.of(org), "quota", quota).increment();
    refusals.watch("tenant_" + quota, Refused.tenant(org));
  }

  /**
   * The tenants that publish here, may not store without end, and are to be measured: for the first
   * time, or again.
   */
  public List<OrgId> due() {
    long every = settings.measureEvery().toNanos();
    return publishing.asMap().entrySet().stream()
        .filter(entry -> isDue(entry.getValue(), every))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isDue(Publishing tenant, long every) {
    return tenant.quota.storedBytes() > 0
        && (!tenant.isMeasured || time.currentTimeNanos() - tenant.measuredAt >= every);
  }

  /** What of the tenant's messages is not in a measurement that begins now. */
  public long beginMeasurement(OrgId org) {
    Publishing tenant = publishing.getIfPresent(org);
    return tenant == null ? 0 : tenant.since.get();
  }

  /**
   * A measurement has ended.
   *
   * @param before what {@link #beginMeasurement} has answered
   * @param bytes what the tenant's channels keep
   */
  public void measured(OrgId org, long before, long bytes) {
    Publishing tenant = publishing.getIfPresent(org);
    if (tenant != null) {
      tenant.measured = bytes;
      tenant.measuredAt = time.currentTimeNanos();
      tenant.isMeasured = true;
      tenant.since.addAndGet(-before);
      storedGauges
          .computeIfAbsent(
              labels.of(org),
              label ->
                  registry.gauge(
                      "parley.tenant.stored.bytes",
                      List.of(Tag.of("tenant", label)),
                      new AtomicLong()))
          .set(bytes);
    }
  }
}
