package dev.parley.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** A chain stays valid whatever life it has, and no change of it goes unseen. */
class AuditChainPropertyTest {
  private static final List<String> PEOPLE = List.of("ann", "bob", "ann", "eve", "bob");
  private static final TestChain CHAIN = new TestChain();

  @AfterContainer
  static void close() {
    CHAIN.close();
  }

  /**
   * Random lives of a chain: appends, erasures and retention in any order leave it valid, and one
   * change of any kept entry is found.
   */
  @Property(tries = 100)
  void validWhateverIsErasedOrTrimmedAndBrokenWhateverIsChanged(
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> steps, @ForAll int where) {
    CHAIN.clear();
    for (int step : steps) {
      step(step);
      assertThat(CHAIN.faults(Map.of()).toList()).isEmpty();
    }
    List<AuditEntry> left = CHAIN.entries();
    if (!left.isEmpty()) {
      long number = left.get(Math.floorMod(where, left.size())).number();
      CHAIN.execute(
          "update audit_entry set commitment = ? where entry_no = ?", "f".repeat(64), number);
      assertThat(CHAIN.faults(Map.of()).toList())
          .first()
          .asString()
          .startsWith("entry " + number + ":");
    }
  }

  private static void step(int step) {
    if (step < 7) {
      CHAIN.append(PEOPLE.subList(0, step % PEOPLE.size()));
    } else if (step < 9) {
      CHAIN.erase(PEOPLE.get(step - 7));
    } else {
      AuditHead head = CHAIN.head();
      CHAIN.trim(TestChain.START.plusSeconds((head.removed() + head.last()) / 2));
    }
  }
}
