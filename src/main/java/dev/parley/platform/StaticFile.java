package dev.parley.platform;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file of the pages, in memory: as it is and compressed, with a tag that is made of what is in
 * it. Immutable; any thread.
 */
final class StaticFile {
  /** A browser may keep the file, and asks with each use whether it is still the same. */
  private static final String ASK_AGAIN = "no-cache";

  private final String type;
  private final byte[] plain;
  private final byte[] compressed;
  private final String tag;

  StaticFile(String type, byte[] content) {
    this.type = type;
    this.plain = content.clone();
    this.compressed = gzip(content);
    this.tag = tagOf(content);
  }

  /** Answers with the file, or with 304 where the client has it. */
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setHeader("ETag", "W/" + tag);
    response.setHeader("Cache-Control", ASK_AGAIN);
    response.addHeader("Vary", "Accept-Encoding");
    if (isKnown(request.getHeaders("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType(type);
    byte[] body = plain;
    if (AcceptEncoding.gzip(Collections.list(request.getHeaders("Accept-Encoding")))) {
      response.setHeader("Content-Encoding", "gzip");
      body = compressed;
    }
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }

  /** Compared weakly, since the compressed form has the same tag (RFC 9110, 13.1.2). */
  private boolean isKnown(@Nullable Enumeration<String> fields) {
    return fields != null
        && Collections.list(fields).stream()
            .flatMap(field -> Arrays.stream(field.split(",", -1)))
            .map(String::strip)
            .anyMatch(known -> known.equals("*") || known.replaceFirst("^W/", "").equals(tag));
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }

  private static String tagOf(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
