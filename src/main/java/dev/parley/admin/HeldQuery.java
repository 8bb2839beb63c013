package dev.parley.admin;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.UserId;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Which part of what is held an operator asks for: a page behind a place. */
final class HeldQuery {
  private static final int MAX_LIMIT = 100;

  private final @Nullable UserId user;
  private final long[] after;
  private final int limit;

  private HeldQuery(@Nullable UserId user, long[] after, int limit) {
    this.user = user;
    this.after = after;
    this.limit = limit;
  }

  /**
   * What the query of a request says.
   *
   * @param numbers how many a place has
   * @throws CommandRejected with {@code bad_request} that names the parameter
   */
  static HeldQuery of(
      @Nullable String user, @Nullable String after, int numbers, @Nullable String limit) {
    return new HeldQuery(
        user == null ? null : new UserId(user), place(after, numbers), limit(limit));
  }

  private static long[] place(@Nullable String text, int numbers) {
    if (text == null) {
      return new long[numbers];
    }
    if (!text.matches("[0-9]{1,18}(\\.[0-9]{1,18}){" + (numbers - 1) + "}")) {
      throw CommandRejected.badRequest("after: must be one that you were given here");
    }
    return Arrays.stream(text.split("\\.", -1)).mapToLong(Long::parseLong).toArray();
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return MAX_LIMIT / 2;
    }
    if (!text.matches("[0-9]{1,3}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MAX_LIMIT) {
      throw CommandRejected.badRequest("limit: must be from 1 to " + MAX_LIMIT);
    }
    return Integer.parseInt(text);
  }

  /** A place as a text, for {@code after}. */
  static String next(long... numbers) {
    return LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining("."));
  }

  @Nullable UserId user() {
    return user;
  }

  /** One number of the place behind which the page begins. */
  long after(int index) {
    return after[index];
  }

  int limit() {
    return limit;
  }
}
