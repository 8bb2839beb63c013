package dev.parley.connection;

import dev.parley.delivery.Notices;
import dev.parley.security.RevocationStored;
import dev.parley.security.RevocationWatch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;

/** Has the other nodes look for revocations at once, and not with their next comparison. */
@ApplicationScoped
class RevocationHints {
  private static final String NOTICE = "revocations";

  @Inject Notices notices;
  @Inject RevocationWatch watch;

  void start(@Observes @Initialized(ApplicationScoped.class) Object application) {
    notices.listen(NOTICE, any -> watch.look());
  }

  void stored(@Observes(during = TransactionPhase.AFTER_SUCCESS) RevocationStored event) {
    notices.tell(NOTICE, Notices.EVERYTHING);
  }
}
