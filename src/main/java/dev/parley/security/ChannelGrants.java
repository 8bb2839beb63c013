package dev.parley.security;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Operation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token allows its caller in channels besides what their namespaces do: the claim {@code
 * channels}, an object of patterns and operations such as {@code {"ticker:eur.*": ["subscribe",
 * "history"]}}. A pattern is a channel's name, or the beginning of names followed by {@code *};
 * {@code "*"} among the operations is all of them. A grant takes nothing away, and reaches nothing
 * outside of the caller's tenant.
 *
 * @param all at most {@link #MAX}, so that they fit into an address and cost little to go through
 */
public record ChannelGrants(List<Grant> all) {
  /** Most patterns of one token. */
  public static final int MAX = 50;

  /** None. */
  public static final ChannelGrants NONE = new ChannelGrants(List.of());

  private static final String ANY = "*";

  /** One pattern, and what it allows. */
  public record Grant(String pattern, Set<Operation> operations) {
    public Grant {
      operations = Set.copyOf(operations);
    }

    boolean allows(String channel, Operation operation) {
      boolean matches =
          pattern.endsWith(ANY)
              ? channel.startsWith(pattern.substring(0, pattern.length() - 1))
              : channel.equals(pattern);
      return matches && operations.contains(operation);
    }
  }

  public ChannelGrants {
    all = List.copyOf(all);
  }

  /** Whether one of them allows this. */
  public boolean allow(ChannelName channel, Operation operation) {
    for (Grant grant : all) {
      if (grant.allows(channel.value(), operation)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Those of a claim; none when it is missing.
   *
   * @throws CommandRejected with {@code unauthorized} when it has another form
   */
  static ChannelGrants of(@Nullable Object claim) {
    if (claim == null) {
      return NONE;
    }
    if (!(claim instanceof Map<?, ?> patterns) || patterns.size() > MAX) {
      throw refused("must be an object of at most " + MAX + " patterns");
    }
    List<Grant> all = new ArrayList<>(patterns.size());
    for (Map.Entry<?, ?> one : patterns.entrySet()) {
      all.add(new Grant(pattern((String) one.getKey()), operations(one.getValue())));
    }
    return new ChannelGrants(all);
  }

  /** The claim of which {@link #of} makes an equal one. */
  Map<String, List<String>> claim() {
    Map<String, List<String>> claim = new LinkedHashMap<>();
    for (Grant grant : all) {
      claim.put(grant.pattern, grant.operations.stream().map(Operation::word).sorted().toList());
    }
    return claim;
  }

  private static String pattern(String text) {
    int star = text.indexOf(ANY);
    String plain =
        star < 0 ? text : text.substring(0, star) + (text.contains(":") ? "" : ":") + "x";
    if ((star >= 0 && star != text.length() - 1)
        || !(text.equals(ANY) || ChannelName.isValid(plain))) {
      throw refused("a pattern must be a channel's name, or its beginning followed by *");
    }
    return text;
  }

  private static Set<Operation> operations(@Nullable Object words) {
    if (!(words instanceof List<?> list)) {
      throw refused("the operations must be an array");
    }
    Set<Operation> operations = EnumSet.noneOf(Operation.class);
    for (Object word : list) {
      if (ANY.equals(word)) {
        operations.addAll(EnumSet.allOf(Operation.class));
      } else {
        operations.add(operation(word));
      }
    }
    return operations;
  }

  private static Operation operation(@Nullable Object word) {
    try {
      return Operation.of(String.valueOf(word), "an operation");
    } catch (CommandRejected e) {
      throw refused(e.text());
    }
  }

  private static CommandRejected refused(String text) {
    return new CommandRejected(ErrorCode.UNAUTHORIZED, "token: channels: " + text);
  }
}
