package dev.parley.connection.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateOffersTest {
  private static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static String accept(String... headers) {
    return DeflateOffers.accept(Collections.enumeration(List.of(headers)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        " Permessage-Deflate ; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=\"15\"",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate",
        "permessage-deflate; unknown, permessage-deflate",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
      })
  void whatCanBeKeptIsAcceptedWithoutContextTakeover(String offer) {
    assertThat(accept(offer)).isEqualTo(ANSWER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",;,=",
        "permessage-deflate2",
        "permessage-bzip2",
        "permessage-deflate; server_max_window_bits=14",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=015",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=",
        "permessage-deflate; client_max_window_bits=\"8",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; window=15",
        "permessage-deflate;",
      })
  void whatCannotBeKeptIsDeclined(String offer) {
    assertThat(accept(offer)).isNull();
  }

  @Test
  void theServersWindowIsToldToWhoNamesIt() {
    assertThat(accept("permessage-deflate; server_max_window_bits=15"))
        .isEqualTo(ANSWER + "; server_max_window_bits=15");
  }

  @Test
  void offersMayComeInSeveralHeaders() {
    assertThat(accept("permessage-deflate; server_max_window_bits=9", "permessage-deflate"))
        .isEqualTo(ANSWER);
    assertThat(accept()).isNull();
  }
}
