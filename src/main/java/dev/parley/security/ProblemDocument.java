package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.JsonWriter;
import dev.parley.protocol.ServerFrame.ErrorReply;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A rejection as an HTTP answer: {@code application/problem+json} (RFC 9457) with the fields of an
 * error frame beside the standard ones. Any thread.
 */
public final class ProblemDocument {
  /** The media type of the body. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** The challenge for a request without a credential (RFC 6750, section 3). */
  static final String CHALLENGE = "Bearer";

  private static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

  private ProblemDocument() {}

  /** The body. */
  public static String json(CommandRejected rejected) {
    return json(rejected, rejected.code().httpStatus());
  }

  private static String json(CommandRejected rejected, int status) {
    ErrorCode code = rejected.code();
    return JsonWriter.object(
        json -> {
          json.writeStringField("type", "about:blank");
          json.writeStringField("title", title(code));
          json.writeNumberField("status", status);
          json.writeStringField("detail", rejected.text());
          json.writeStringField("code", code.code());
          JsonWriter.retry(json, ErrorReply.of(rejected));
        });
  }

  /** The answer for JAX-RS. */
  public static Response response(CommandRejected rejected) {
    Response.ResponseBuilder response =
        Response.status(rejected.code().httpStatus()).type(MEDIA_TYPE).entity(json(rejected));
    headers(rejected).forEach(response::header);
    return response.build();
  }

  /** Writes the answer from a filter or servlet; nothing must have been written before. */
  public static void write(HttpServletResponse response, CommandRejected rejected)
      throws IOException {
    write(response, rejected, rejected.code().httpStatus());
  }

  /** The same under a status that the table of codes does not have, such as 405. */
  static void write(HttpServletResponse response, CommandRejected rejected, int status)
      throws IOException {
    response.setStatus(status);
    headers(rejected)
        .forEach(
            (name, value) -> {
              if (!response.containsHeader(name)) {
                response.setHeader(name, value);
              }
            });
    byte[] body = json(rejected, status).getBytes(StandardCharsets.UTF_8);
    response.setContentType(MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static Map<String, String> headers(CommandRejected rejected) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", "no-store");
    if (rejected.retryAfterMs() > 0) {
      headers.put("Retry-After", Long.toString((rejected.retryAfterMs() + 999) / 1000));
    }
    if (rejected.code().httpStatus() == 401) {
      headers.put("WWW-Authenticate", INVALID_TOKEN);
    }
    return headers;
  }

  /** The code in words: a title must be the same for each occurrence. */
  private static String title(ErrorCode code) {
    String words = code.code().replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
