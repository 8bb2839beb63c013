package dev.parley.platform;

/**
 * Why the application cannot start, in one sentence, where the launcher finds it: between the
 * server's stack traces an operator would have to search for it. Any thread.
 */
public final class StartFailure {
  /** A system property, because the launcher shares no class with the application. */
  static final String PROPERTY = "dev.parley.start-failure";

  private StartFailure() {}

  /** Notes the failure's message and that of its first cause; returns it, to be thrown. */
  public static <E extends RuntimeException> E noted(E failure) {
    note(sentence(failure));
    return failure;
  }

  static void note(String sentence) {
    System.setProperty(PROPERTY, sentence);
  }

  private static String sentence(RuntimeException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(failure.getMessage());
    return root == failure ? message : message + ": " + root.getMessage();
  }
}
