package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserNodesTest {
  private static final OrgId ORG = new OrgId("acme");
  private static final String NODE = "n1";

  private final FakeStore store = new FakeStore();
  private final UserNodes users = new UserNodes();

  @BeforeEach
  void fill() {
    users.store = store;
  }

  private static UserId user(int number) {
    return new UserId("u" + number);
  }

  private static UserKey key(int number) {
    return new UserKey(ORG, user(number));
  }

  @Test
  void whatWasHeldAtTheFlushIsInTheDatabase() {
    users.joined(ORG, user(1));
    users.joined(ORG, user(1));
    users.joined(ORG, user(2));
    users.flush(NODE);
    assertThat(store.rows).containsOnly(Map.entry(key(1), 2), Map.entry(key(2), 1));

    users.left(ORG, user(1));
    users.left(ORG, user(2));
    users.flush(NODE);
    assertThat(store.rows).containsOnly(Map.entry(key(1), 1));
  }

  @Test
  void whoComesAndGoesBetweenTwoFlushesCostsNoWrite() {
    users.joined(ORG, user(1));
    users.left(ORG, user(1));
    users.flush(NODE);
    users.joined(ORG, user(2));
    users.flush(NODE);
    users.left(ORG, user(2));
    users.joined(ORG, user(2));
    users.flush(NODE);
    assertThat(store.writes).hasSize(1);
  }

  @Test
  void manyChangesAreFewTransactionsOfBoundedSize() {
    for (int i = 0; i < 2_500; i++) {
      users.joined(ORG, user(i));
    }
    users.flush(NODE);
    assertThat(store.rows).hasSize(2_500);
    assertThat(store.writes).hasSize(3).allMatch(size -> size <= 1_000);
  }

  @Test
  void afterAFailedWriteTheNextFlushPutsItRightWhateverTheDatabaseHasKept() {
    Random random = new Random(7);
    Map<UserKey, Integer> held = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      int number = random.nextInt(20);
      if (random.nextBoolean()) {
        users.joined(ORG, user(number));
        held.merge(key(number), 1, Integer::sum);
      } else if (held.containsKey(key(number))) {
        users.left(ORG, user(number));
        held.computeIfPresent(key(number), (one, count) -> count == 1 ? null : count - 1);
      }
      if (i % 7 == 0) {
        store.trouble = random.nextBoolean() ? Trouble.BEFORE : Trouble.AFTER;
        flushInTrouble();
      }
    }
    store.trouble = Trouble.NONE;
    users.flush(NODE);
    assertThat(store.rows).isEqualTo(held);
  }

  private void flushInTrouble() {
    try {
      users.flush(NODE);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("away");
    }
  }

  @Test
  void underANewRegistrationEverythingIsWrittenAgain() {
    users.joined(ORG, user(1));
    users.flush(NODE);
    store.rows.clear();
    users.rewrite();
    users.flush("n2");
    assertThat(store.rows).containsOnlyKeys(key(1));
    assertThat(store.cleared).containsExactly("n2");
  }

  @Test
  void moreChangesThanMayWaitEndInAFullRewriteAndNotInMoreMemory() {
    store.trouble = Trouble.BEFORE;
    for (int i = 0; i < 150_000; i++) {
      users.joined(ORG, user(i));
      users.left(ORG, user(i));
    }
    users.joined(ORG, user(1));
    assertThatThrownBy(() -> users.flush(NODE)).hasMessage("away");
    store.trouble = Trouble.NONE;
    users.flush(NODE);
    assertThat(store.rows).containsOnlyKeys(key(1));
    assertThat(store.cleared).isNotEmpty();
    assertThat(store.writes.stream().mapToInt(Integer::intValue).sum()).isLessThan(100);
  }

  private enum Trouble {
    NONE,
    BEFORE,
    AFTER
  }

  /** The database, which may fail before it stores something or after. */
  private static final class FakeStore extends UserNodeStore {
    final Map<UserKey, Integer> rows = new HashMap<>();
    final List<Integer> writes = new ArrayList<>();
    final List<String> cleared = new ArrayList<>();
    Trouble trouble = Trouble.NONE;

    @Override
    public void write(String node, SortedMap<UserKey, Integer> counts) {
      if (trouble == Trouble.BEFORE) {
        throw new IllegalStateException("away");
      }
      writes.add(counts.size());
      new TreeMap<>(counts)
          .forEach((key, count) -> rows.compute(key, (one, old) -> count == 0 ? null : count));
      if (trouble == Trouble.AFTER) {
        throw new IllegalStateException("away");
      }
    }

    @Override
    public void clear(String node) {
      cleared.add(node);
      rows.clear();
    }
  }
}
