package dev.parley.protocol;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call was refused with. */
public final class Rejection {
  private Rejection() {}

  /** The rejection; the test fails when the call succeeds or fails in another way. */
  public static CommandRejected of(ThrowingCallable call) {
    CommandRejected rejected = catchThrowableOfType(CommandRejected.class, call);
    if (rejected == null) {
      throw new AssertionError("was not refused");
    }
    return rejected;
  }
}
