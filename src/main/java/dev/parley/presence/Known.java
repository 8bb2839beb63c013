package dev.parley.presence;

import dev.parley.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that this node knows of one person. Inside {@link People} only. */
final class Known {
  /** What this node says; null when the person has no connection here. */
  @Nullable Person here;

  @Nullable Statement said;

  /** What the other nodes say, by their ids: at most as many as there are nodes. */
  final Map<String, Statement> others = new TreeMap<>();

  @Nullable Merged merged;

  Person here() {
    Person known = here;
    if (known == null) {
      known = new Person();
      here = known;
    }
    return known;
  }

  /** Whether this node has something new to say. */
  boolean restate() {
    Statement statement = here == null ? null : here.statement();
    if (statement == null) {
      here = null;
    }
    boolean changed = statement == null ? said != null : !statement.equals(said);
    said = statement;
    return changed;
  }

  /** The person over all nodes now; null when they are nowhere. */
  @Nullable Merged merge(UserId id) {
    List<Statement> all = new ArrayList<>(others.values());
    if (said != null) {
      all.add(said);
    }
    return all.isEmpty() ? null : Merged.of(id, all);
  }
}
