package dev.parley.channel;

import dev.parley.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;

/** The settings of rooms. */
@Dependent
public class RoomSettings {
  /**
   * {@code parley.channels.room.on-demand}: whether a room that nobody has created is public and
   * comes into being on its first use; if not, it is not found.
   */
  public final boolean onDemand;

  /**
   * {@code parley.rooms.max-members}: members of one room. The check of who may still read reads as
   * many rows at most.
   */
  public final int maxMembers;

  /**
   * {@code parley.rooms.max-per-user}: rooms of which one person is a member, so that nobody fills
   * the database and lists stay lists.
   */
  public final int maxPerUser;

  /** {@code parley.rooms.max-name}: characters of a room's name; the column holds 255. */
  public final int maxName;

  /**
   * {@code parley.rooms.access-check}: how often nodes look whether somebody may no longer read a
   * room. Normally they hear of it at once; a removed member whose removal was not heard of goes on
   * for this long, and publishes for twice as long at most.
   */
  public final Duration accessCheck;

  @Inject
  RoomSettings(Settings settings) {
    onDemand = settings.flag("parley.channels.room.on-demand", true);
    maxMembers = settings.integer("parley.rooms.max-members", 1_000, 1, 100_000);
    maxPerUser = settings.integer("parley.rooms.max-per-user", 1_000, 1, 100_000);
    maxName = settings.integer("parley.rooms.max-name", 100, 1, 255);
    accessCheck = settings.duration("parley.rooms.access-check", Duration.ofMillis(400));
  }
}
