package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class ProblemDocumentTest {
  @Test
  void itHasTheStandardFieldsAndThoseOfAnErrorFrame() {
    assertThat(ProblemDocument.json(CommandRejected.notFound("no such room")))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not found\",\"status\":404,"
                + "\"detail\":\"no such room\",\"code\":\"not_found\",\"retryable\":false}");
  }

  @Test
  void theAdviceToWaitIsRoundedUpToSeconds() throws Exception {
    FakeExchange exchange = new FakeExchange("/api/v1/rooms");
    ProblemDocument.write(
        exchange.response(), new CommandRejected(ErrorCode.RATE_LIMITED, "slower", 1001, null));

    assertThat(exchange.status).isEqualTo(429);
    assertThat(exchange.answered("Retry-After")).isEqualTo("2");
    assertThat(exchange.body()).contains("\"retryable\":true,\"retryAfterMs\":1001");
  }

  @Test
  void anotherStatusIsShownInTheBodyToo() throws Exception {
    FakeExchange exchange = new FakeExchange("/api/v1/rooms");
    ProblemDocument.write(exchange.response(), CommandRejected.badRequest("no"), 405);
    assertThat(exchange.status).isEqualTo(405);
    assertThat(exchange.body()).contains("\"status\":405", "\"code\":\"bad_request\"");
  }
}
