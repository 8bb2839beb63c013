package dev.parley.outbox;

import dev.parley.message.Failures;
import dev.parley.message.Outcome;
import dev.parley.message.PublishTogether;
import dev.parley.notification.SendNotification;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.CommandReader;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.IdempotencyKey;
import dev.parley.protocol.JsonReader;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out recorded calls in their order: messages that follow each other in one transaction,
 * each notification in one of its own. A call's key is its row's, so one that was carried out
 * before the node died is not carried out again. Blocks on the database.
 */
@ApplicationScoped
class OutboxCalls {
  @Inject PublishTogether publish;
  @Inject SendNotification notifications;
  @Inject OutboxSettings settings;
  @Inject Failures failures;

  /**
   * Carries them out; each that is done or refused for good is in the answer, in order. What is
   * not, and all behind it, must be tried again later.
   */
  Map<OutboxRow, Optional<CommandRejected>> carryOut(List<OutboxRow> rows) {
    Map<OutboxRow, Optional<CommandRejected>> done = new LinkedHashMap<>();
    int from = 0;
    while (from < rows.size() && done.size() == from) {
      int to = from;
      while (to < rows.size() && !rows.get(to).isNotification()) {
        to++;
      }
      if (to == from) {
        to++;
        notifyOf(rows.get(from), done);
      } else {
        publish(rows.subList(from, to), done);
      }
      from = to;
    }
    return done;
  }

  private void notifyOf(OutboxRow row, Map<OutboxRow, Optional<CommandRejected>> done) {
    try {
      notifications.send(settings.caller(), JsonReader.object(row.body()), key(row));
      done.put(row, Optional.empty());
    } catch (RuntimeException e) {
      refused(row, failures.toRejection(e), done);
    }
  }

  private void publish(List<OutboxRow> rows, Map<OutboxRow, Optional<CommandRejected>> done) {
    Caller caller = settings.caller();
    List<Publish> publishes = new ArrayList<>(rows.size());
    Map<OutboxRow, CommandRejected> malformed = new LinkedHashMap<>();
    for (OutboxRow row : rows) {
      try {
        publishes.add(
            CommandReader.publish(
                new ChannelName(row.channel()), JsonReader.object(row.body()), key(row)));
      } catch (CommandRejected e) {
        malformed.put(row, e);
      }
    }
    List<Outcome> outcomes = publish.handle(caller, publishes);
    int next = 0;
    for (OutboxRow row : rows) {
      CommandRejected rejected = malformed.get(row);
      if (rejected == null) {
        rejected = outcomes.get(next++).rejected();
      }
      if (rejected == null) {
        done.put(row, Optional.empty());
      } else if (!refused(row, rejected, done)) {
        return;
      }
    }
  }

  private static boolean refused(
      OutboxRow row, CommandRejected rejected, Map<OutboxRow, Optional<CommandRejected>> done) {
    boolean isForNow = rejected.code().retryable() || rejected.code() == ErrorCode.LIMIT_EXCEEDED;
    if (isForNow) {
      return false;
    }
    done.put(row, Optional.of(rejected));
    return true;
  }

  private static IdempotencyKey key(OutboxRow row) {
    return new IdempotencyKey("outbox:" + row.key());
  }
}
