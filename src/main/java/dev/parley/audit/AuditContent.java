package dev.parley.audit;

import dev.parley.security.AuditEvent;

/**
 * The part of an entry that may be about a person, and that erasing the person removes. The chain
 * knows it by its commitment only.
 */
public record AuditContent(
    String actor, String subject, String address, String channel, String detail) {
  static AuditContent of(AuditEvent event) {
    return new AuditContent(
        event.actor(), event.subject(), event.address(), event.channel(), event.detail());
  }

  /**
   * What ties an entry to its content without telling it: who does not have the salt cannot try
   * names until one fits.
   */
  String commitment(String salt) {
    return AuditChain.hash("content", salt, actor, subject, address, channel, detail);
  }
}
