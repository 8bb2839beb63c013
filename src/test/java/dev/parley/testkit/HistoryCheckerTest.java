package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testkit.HistoryChecker.Kind;
import dev.parley.testkit.HistoryChecker.Subscription;
import dev.parley.testkit.HistoryChecker.Violation;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A judge that never finds anything is worth nothing: each violation is seeded and must be found.
 */
class HistoryCheckerTest {
  private final HistoryChecker checker = new HistoryChecker("room:checked");
  private Subscription ann;
  private Subscription bob;

  @BeforeEach
  void threeStoredMessagesAndTwoSubscribers() {
    for (int i = 1; i <= 3; i++) {
      checker.attempted("v" + i);
      checker.acknowledged("v" + i, at(i), "m" + i);
    }
    ann = checker.subscriber("ann");
    bob = checker.subscriber("bob");
    ann.startedAt(at(0));
    bob.startedAt(at(0));
  }

  @Test
  void aGoodHistoryIsValid() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).isEmpty();
    assertThat(checker.verdict().stored()).isEqualTo(3);
    checker.assertValid();
  }

  @Test
  void anAcknowledgedMessageThatOneSubscriberNeverReceivedIsLost() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2);
    assertThat(kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void anAcknowledgedMessageThatNobodyReceivedIsLostToAll() {
    receive(ann, 1, 2);
    receive(bob, 1, 2);
    assertThat(kinds()).containsExactly(Kind.LOST, Kind.LOST);
  }

  @Test
  void aLostMessageInTheMiddleIsAlsoAGap() {
    receive(ann, 1, 3);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).containsExactlyInAnyOrder(Kind.GAP, Kind.LOST);
  }

  @Test
  void whatWasLeftOutForANewerOneIsNeitherAGapNorLost() {
    receive(ann, 1);
    ann.received(receipt(3, "v3"), 1);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void whoSaysThatLessWasLeftOutThanIsMissingHasAGap() {
    ann.received(receipt(3, "v3"), 1);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).contains(Kind.GAP);
  }

  @Test
  void whatNobodySentIsUnexpected() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    ann.received(receipt(4, "ghost"));
    assertThat(kinds()).containsExactly(Kind.UNEXPECTED);
  }

  @Test
  void whatTheServerRefusedMustNotBeSeen() {
    checker.attempted("v4");
    checker.refused("v4");
    receive(ann, 1, 2, 3, 4);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).containsExactly(Kind.UNEXPECTED);
  }

  @Test
  void oneMessageAtTwoOffsetsIsADuplicate() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    ann.received(receipt(4, "v3"));
    bob.received(receipt(4, "v3"));
    assertThat(kinds()).containsExactly(Kind.DUPLICATE);
  }

  @Test
  void twoAcknowledgementsOfOneValueMustBeTheSame() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    checker.acknowledged("v3", at(3), "m3");
    assertThat(kinds()).isEmpty();
    checker.acknowledged("v3", at(4), "m4");
    assertThat(kinds()).contains(Kind.DUPLICATE);
  }

  @Test
  void whatTheOffsetRuleDropsIsCountedButNotAViolation() {
    receive(ann, 1, 2, 2, 1, 3);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).isEmpty();
    assertThat(checker.verdict().rawDuplicates()).isEqualTo(2);
    assertThat(ann.values()).containsExactly("v1", "v2", "v3");
  }

  @Test
  void aDroppedRepeatThatIsAnotherMessageIsADisagreement() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    ann.received(receipt(2, "v3"));
    assertThat(kinds()).containsExactly(Kind.DISAGREEMENT);
  }

  @Test
  void twoSubscribersMustAgreeOnWhatStandsAtAnOffset() {
    checker.attempted("v4");
    checker.attempted("v5");
    receive(ann, 1, 2, 3, 4, 5);
    receive(bob, 1, 2, 3);
    bob.received(receipt(4, "v5"));
    bob.received(receipt(5, "v4"));
    assertThat(kinds()).containsOnly(Kind.DISAGREEMENT);
  }

  @Test
  void aReceiptMustAgreeWithTheAcknowledgement() {
    receive(bob, 1, 2, 3);
    ann.received(receipt(1, "v1"));
    ann.received(receipt(2, "v3"));
    ann.received(receipt(3, "v2"));
    assertThat(kinds()).contains(Kind.DISAGREEMENT);
  }

  @Test
  void offsetsThatGoBackAfterASwapAreAGap() {
    receive(ann, 1, 3, 2);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).contains(Kind.GAP, Kind.LOST);
  }

  @Test
  void theFirstMessageMustFollowTheStart() {
    receive(ann, 2, 3);
    receive(bob, 1, 2, 3);
    assertThat(kinds()).contains(Kind.GAP);
  }

  @Test
  void aNewEpochWithoutAResetIsAGap() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    checker.attempted("v4");
    ann.received(new Receipt(new Position("other", 1), "m4", "v4"));
    assertThat(kinds()).containsExactly(Kind.GAP);
  }

  @Test
  void afterAResetTheSequenceContinuesFromTheNewPosition() {
    receive(bob, 1, 2, 3);
    receive(ann, 1);
    ann.reset(at(2));
    receive(ann, 3);
    // No gap; yet what was acknowledged was not received.
    assertThat(kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void whoStartsLaterOwesNothingOfWhatWasBefore() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2, 3);
    Subscription late = checker.subscriber("late");
    late.startedAt(at(2));
    receive(late, 3);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void anAttemptWithoutAnAnswerMayBeStoredOrNot() {
    checker.attempted("v4");
    checker.attempted("v5");
    receive(ann, 1, 2, 3, 4);
    receive(bob, 1, 2, 3, 4);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void whatComesAfterARevocationIsForbidden() {
    receive(ann, 1, 2, 3);
    receive(bob, 1, 2);
    bob.revokedAfter(2);
    assertThat(kinds()).isEmpty();
    receive(bob, 3);
    assertThat(kinds()).containsExactly(Kind.FORBIDDEN);
  }

  @Test
  void aValueIsUsedOnce() {
    assertThatThrownBy(() -> checker.attempted("v1")).isInstanceOf(IllegalArgumentException.class);
  }

  private List<Kind> kinds() {
    return checker.verdict().violations().stream().map(Violation::kind).toList();
  }

  private static void receive(Subscription subscription, int... offsets) {
    for (int offset : offsets) {
      subscription.received(receipt(offset, "v" + offset));
    }
  }

  private static Receipt receipt(long offset, String value) {
    return new Receipt(at(offset), "m" + offset, value);
  }

  private static Position at(long offset) {
    return new Position("e1", offset);
  }
}
