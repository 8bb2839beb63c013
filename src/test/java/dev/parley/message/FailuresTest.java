package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import jakarta.ejb.EJBException;
import jakarta.ejb.EJBTransactionRolledbackException;
import jakarta.persistence.PersistenceException;
import jakarta.resource.spi.ResourceAllocationException;
import jakarta.transaction.SystemException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  private static final Logger LOG = Logger.getLogger(Failures.class.getName());

  private final Failures failures = new Failures();
  private final List<LogRecord> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    failures.ids = new Ids();
    LOG.setUseParentHandlers(false);
    LOG.addHandler(handler);
  }

  @AfterEach
  void listenNoMore() {
    LOG.removeHandler(handler);
    LOG.setUseParentHandlers(true);
  }

  @Test
  void aRejectionIsItselfHoweverItIsWrapped() {
    CommandRejected rejected = CommandRejected.notFound("channel: namespace is unknown");
    for (Throwable wrapped :
        List.of(
            rejected,
            new CompletionException(rejected),
            new ExecutionException(new CompletionException(rejected)),
            new EJBException(rejected),
            new CompletionException(new EJBTransactionRolledbackException("no", rejected)))) {
      assertThat(failures.toRejection(wrapped)).isSameAs(rejected);
    }
    assertThat(logged).isEmpty();
  }

  static Stream<Throwable> outOfReach() {
    return Stream.of(
        new SQLTransientConnectionException("pool is empty"),
        new SQLRecoverableException("closed"),
        new SQLNonTransientConnectionException("refused"),
        new SQLException("connection exception", "08006"),
        new SQLException("too many connections", "53300"),
        new SQLException("is shutting down", "57P01"),
        new SQLException("deadlock", "40P01"),
        new SQLException("locked by a node that is frozen", "55P03"),
        new SQLException("idle in a transaction", "25P03"),
        // As Payara's pool and transaction manager say it, without a SQL state.
        new SQLException("no connection", new ResourceAllocationException("pool")),
        new XAException("the pool's connection was closed"),
        new SystemException("the commit has failed"));
  }

  @ParameterizedTest
  @MethodSource("outOfReach")
  void aDatabaseOutOfReachIsUnavailableAndOneLineInTheLog(Throwable failure) {
    CommandRejected rejected =
        failures.toRejection(
            new CompletionException(new EJBException(new PersistenceException(failure))));
    assertThat(rejected.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(rejected.retryAfterMs()).isPositive();
    assertThat(rejected.text()).doesNotContain(failure.getMessage());
    assertThat(logged).singleElement().matches(line -> line.getThrown() == null);
  }

  @Test
  void tooMuchWorkIsUnavailable() {
    CommandRejected rejected =
        failures.toRejection(new CompletionException(new RejectedExecutionException("queue")));
    assertThat(rejected.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(rejected.retryAfterMs()).isPositive();
  }

  static Stream<Throwable> faults() {
    return Stream.of(
        new NullPointerException("secret"),
        new SQLIntegrityConstraintViolationException("secret", "23505"),
        new SQLException("secret", "42P01"),
        new SQLException("secret"),
        new AssertionError("secret"),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void everythingElseIsInternalWithAnIdUnderWhichTheLogHasTheStory(Throwable fault) {
    Throwable wrapped = new CompletionException(new EJBException("secret", asException(fault)));
    CommandRejected rejected = failures.toRejection(wrapped);
    assertThat(rejected.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(rejected.text()).doesNotContain("secret");
    String id = rejected.text().substring(rejected.text().lastIndexOf(' ') + 1);
    assertThat(id).hasSizeGreaterThan(6);
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0).getMessage()).contains(id);
    assertThat(logged.get(0).getThrown()).isSameAs(wrapped);
  }

  private static Exception asException(Throwable fault) {
    return fault instanceof Exception exception ? exception : new RuntimeException(fault);
  }

  @Test
  void twoFaultsHaveTwoIds() {
    assertThat(failures.toRejection(new IllegalStateException()).text())
        .isNotEqualTo(failures.toRejection(new IllegalStateException()).text());
  }

  @Test
  void noReasonAtAllIsInternalToo() {
    assertThat(failures.toRejection(null).code()).isEqualTo(ErrorCode.INTERNAL);
  }
}
