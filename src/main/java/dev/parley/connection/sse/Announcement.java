package dev.parley.connection.sse;

/**
 * Something to tell everyone who reads an event stream of this node, whatever the tenant: "the
 * system will be down from 22:00 on". Fired as a CDI event, from any thread; it leaves as the event
 * {@code announcement}. It is not stored, not replayed and heard on this node only: what must not
 * be missed is published to a channel.
 *
 * @param text 1 to 2,000 characters
 */
public record Announcement(String text) {
  private static final int MAX_LENGTH = 2_000;

  /**
   * @throws IllegalArgumentException if the text is blank or too long
   */
  public Announcement {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("an announcement has 1 to " + MAX_LENGTH + " characters");
    }
  }
}
