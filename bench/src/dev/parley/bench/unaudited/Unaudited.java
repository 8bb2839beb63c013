package dev.parley.bench.unaudited;

import dev.parley.audit.AuditTrail;
import dev.parley.security.AuditEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessObserverMethod;

/** Takes the audit trail's observer of events out of the application. */
public class Unaudited implements Extension {
  void leaveOut(@Observes ProcessObserverMethod<AuditEvent, AuditTrail> observer) {
    observer.veto();
  }
}
