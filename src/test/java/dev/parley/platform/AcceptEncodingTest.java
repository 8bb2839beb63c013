package dev.parley.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptEncodingTest {
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate, GZIP;q=0.5 , br", "gzip ; q=1.0", "gzip;q=0.01"})
  void gzipIsAccepted(String field) {
    assertThat(AcceptEncoding.gzip(List.of(field))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "br", "gzip;q=0", "gzip; q=0.000", "xgzip", "*;q=0"})
  void gzipIsNotAccepted(String field) {
    assertThat(AcceptEncoding.gzip(List.of(field))).isFalse();
  }

  @Test
  void fieldsMayBeSeveralOrNone() {
    assertThat(AcceptEncoding.gzip(List.of("br", "gzip"))).isTrue();
    assertThat(AcceptEncoding.gzip(List.of())).isFalse();
    assertThat(AcceptEncoding.gzip(null)).isFalse();
  }
}
