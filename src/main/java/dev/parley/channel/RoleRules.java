package dev.parley.channel;

import dev.parley.protocol.Operation;
import dev.parley.security.Caller;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which roles a namespace grants an operation to, and which it denies it to; {@code *} is everybody
 * in the tenant.
 */
public record RoleRules(Map<Operation, Set<String>> granted, Map<Operation, Set<String>> denied) {
  /** Says nothing. */
  public static final RoleRules NONE = new RoleRules(Map.of(), Map.of());

  private static final String EVERYBODY = "*";

  public RoleRules {
    granted = said(granted);
    denied = said(denied);
  }

  /** Without what names nobody, so that rules that say the same are equal. */
  private static Map<Operation, Set<String>> said(Map<Operation, Set<String>> rules) {
    Map<Operation, Set<String>> said = new TreeMap<>(rules);
    said.values().removeIf(Set::isEmpty);
    return Collections.unmodifiableMap(said);
  }

  boolean grant(Caller caller, Operation operation) {
    return names(granted.get(operation), caller);
  }

  boolean deny(Caller caller, Operation operation) {
    return names(denied.get(operation), caller);
  }

  private static boolean names(@Nullable Set<String> roles, Caller caller) {
    return roles != null && (roles.contains(EVERYBODY) || roles.stream().anyMatch(caller::has));
  }
}
