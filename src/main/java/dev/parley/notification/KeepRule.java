package dev.parley.notification;

import dev.parley.protocol.OrgId;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much an inbox keeps.
 *
 * @param count the newest notifications, from 1 to {@link #MAX_COUNT}
 * @param age how long one is kept; zero for ever
 */
record KeepRule(int count, Duration age) {
  static final int MAX_COUNT = 100_000;

  KeepRule {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count");
    }
    if (age.isNegative()) {
      throw new IllegalArgumentException("age");
    }
  }

  /**
   * The rules of tenants, {@code <tenant>=<count>/<age>}, separated by commas.
   *
   * @throws RuntimeException when the text is anything else, or names a tenant twice
   */
  static Map<OrgId, KeepRule> byTenant(String text) {
    Map<OrgId, KeepRule> rules = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
    for (String one : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int slash = one.lastIndexOf('/');
      int equals = one.lastIndexOf('=', slash);
      OrgId org = new OrgId(one.substring(0, equals).trim());
      int count = Integer.parseInt(one.substring(equals + 1, slash).trim());
      KeepRule rule = new KeepRule(count, Duration.parse(one.substring(slash + 1).trim()));
      if (rules.put(org, rule) != null) {
        throw new IllegalArgumentException("twice");
      }
    }
    return rules;
  }
}
