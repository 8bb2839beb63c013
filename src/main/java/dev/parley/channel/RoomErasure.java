package dev.parley.channel;

import dev.parley.security.ErasePerson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;

/** Takes a person who is erased out of all rooms, and their name off those they have created. */
@ApplicationScoped
class RoomErasure {
  private static final int PAGE = 100;

  @Inject RoomStore store;
  @Inject VacateRoom vacate;

  void erase(@Observes ErasePerson person) {
    long after = 0;
    List<RoomView> rooms;
    do {
      rooms = store.list(person.org(), person.user(), true, after, PAGE);
      for (RoomView room : rooms) {
        person.erased("rooms", vacate.leave(person.org(), person.user(), room.id()) ? 1 : 0);
        after = room.number();
      }
    } while (rooms.size() == PAGE);
    vacate.forgetCreator(person.org(), person.user());
  }
}
