package dev.parley.notification;

/** To whom a notification goes. Each person's and each tenant's are numbered by themselves. */
public enum Scope {
  USER("user"),
  TENANT("tenant");

  private final String word;

  Scope(String word) {
    this.word = word;
  }

  /** How it is called outside. */
  String word() {
    return word;
  }
}
