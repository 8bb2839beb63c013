package dev.parley.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.Api;
import dev.parley.testkit.Api.Answer;
import dev.parley.testkit.BuildOutput;
import dev.parley.testkit.WireTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages and modules as a browser gets them.
 *
 * <p>Seen to fail without the filter: the first three.
 */
class StaticFilesIT extends WireTest {
  private static final String MODULE = "client/parley.js";

  private Api anyone() {
    return new Api(server, "");
  }

  @ParameterizedTest
  @CsvSource({
    "'',text/html",
    "index.html,text/html",
    "client/parley.js,text/javascript",
    "client/parley.d.ts,application/typescript",
    "app/app.css,text/css",
    "app/icon.svg,image/svg+xml"
  })
  void whatHasNotChangedCostsNoMoreThanTheQuestion(String path, String type) {
    Answer first = anyone().get(path).expect(200);
    assertThat(first.header("Content-Type")).startsWith(type);
    assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(first.header("Vary")).contains("Accept-Encoding");
    Answer again = anyone().get(path, "If-None-Match", first.header("ETag")).expect(304);
    assertThat(again.text()).isEmpty();
    assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
  }

  /** Length and time do not tell files apart: in a reproducible build all have the same time. */
  @Test
  void whatHasChangedIsSentWhateverTheTimes() {
    Answer first = anyone().get(MODULE).expect(200);
    anyone()
        .get(
            MODULE,
            "If-None-Match",
            "W/\"another release\"",
            "If-Modified-Since",
            "Fri, 01 Jan 2100 00:00:00 GMT")
        .expect(200);
    anyone().get(MODULE, "If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT").expect(200);
    assertThat(anyone().get("client/errors.js").header("ETag")).isNotEqualTo(first.header("ETag"));
    anyone().get(MODULE, "If-None-Match", "\"x\", " + first.header("ETag")).expect(304);
  }

  @Test
  void modulesAreCompressedForWhoCanUnpackThem() throws IOException, InterruptedException {
    HttpResponse<byte[]> packed = bytes("GET", MODULE, "gzip");
    HttpResponse<byte[]> plain = bytes("GET", MODULE, "identity");
    assertThat(packed.headers().allValues("Content-Encoding")).containsExactly("gzip");
    assertThat(plain.headers().allValues("Content-Encoding")).isEmpty();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo(new String(plain.body(), UTF_8));
    }
    assertThat(packed.body().length).isLessThan(plain.body().length / 2);
    HttpResponse<byte[]> head = bytes("HEAD", MODULE, "identity");
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(plain.body().length);
  }

  /** Seen to fail with the modules of the source in the WAR. */
  @Test
  void modulesAreServedAsBuiltWithTheirTypesBeside() throws IOException {
    for (String name :
        List.of("parley.js", "parley.d.ts", "types.d.ts", "react.js", "react.d.ts")) {
      assertThat(anyone().get("client/" + name).expect(200).text())
          .as(name)
          .isEqualTo(Files.readString(BuildOutput.client().resolve(name)));
    }
    assertThat(anyone().get(MODULE).text()).doesNotContain("/**");
  }

  /** Seen to fail when the description of the package is in the WAR as well. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client/nothing.js",
        "client/package.json",
        "WEB-INF/classes/nothing.js",
        "WEB-INF/web.xml",
        "client/%2e%2e/WEB-INF/beans.xml",
        "client/%00.js"
      })
  void whatIsNoFileOfThePagesIsNotServed(String path) {
    assertThat(anyone().get(path).status()).isIn(400, 404);
  }

  private HttpResponse<byte[]> bytes(String method, String path, String encoding)
      throws IOException, InterruptedException {
    URI address = server.http(path);
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    request.method(method, HttpRequest.BodyPublishers.noBody());
    request.header("Accept-Encoding", encoding);
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
  }
}
