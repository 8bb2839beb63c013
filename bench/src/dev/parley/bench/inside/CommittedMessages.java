package dev.parley.bench.inside;

import dev.parley.message.MessagePublished;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.util.concurrent.atomic.LongAdder;

/** Counts what has been committed, and in how many transactions. */
@ApplicationScoped
public class CommittedMessages {
  private final LongAdder messages = new LongAdder();
  private final LongAdder transactions = new LongAdder();

  void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) MessagePublished published) {
    messages.add(published.messages().size());
    transactions.increment();
  }

  long messages() {
    return messages.sum();
  }

  long transactions() {
    return transactions.sum();
  }
}
