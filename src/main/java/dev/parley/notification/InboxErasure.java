package dev.parley.notification;

import dev.parley.message.LogChannels;
import dev.parley.security.ErasePerson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;

/** Erases what a person was notified of, and what the person has notified others of. */
@ApplicationScoped
class InboxErasure {
  @Inject EraseInboxStore store;
  @Inject Inboxes inboxes;
  @Inject LogChannels channels;

  void erase(@Observes ErasePerson person) {
    if (NotificationChannels.fits(person.user())) {
      channels.prepare(List.of(NotificationChannels.changes(person.org(), person.user())));
      long inbox = inboxes.of(person.org(), person.user());
      person.erased("notifications", store.empty(person.org(), person.user(), inbox));
    }
    int calls;
    do {
      calls = store.forgetJobs(person.org(), person.user());
      person.erased("calls", calls);
    } while (calls == EraseInboxStore.JOBS);
    int sent;
    do {
      sent = store.anonymise(person.org(), person.user());
      person.erased("sent", sent);
    } while (sent == EraseInboxStore.STEP);
  }
}
