package dev.parley.connection;

import dev.parley.platform.AcceptEncoding;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses long JSON answers by gzip for clients that accept it. Event streams are left alone: a
 * compressor for each would cost more than everything else about them.
 */
@Provider
public class JsonCompression implements WriterInterceptor {
  private static final String GZIP = "gzip";

  @Inject ConnectionSettings settings;
  @Context HttpHeaders request;

  @Override
  public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
    if (settings.compressAbove > 0
        && context.getEntity() instanceof String json
        && isJson(context.getMediaType())) {
      MultivaluedMap<String, Object> headers = context.getHeaders();
      headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
      if (json.length() > settings.compressAbove
          && AcceptEncoding.gzip(request.getRequestHeader(HttpHeaders.ACCEPT_ENCODING))) {
        headers.putSingle(HttpHeaders.CONTENT_ENCODING, GZIP);
        headers.computeIfPresent(HttpHeaders.ETAG, (name, tags) -> List.of(weak(tags.get(0))));
        context.getOutputStream().write(gzip(json));
        return;
      }
    }
    context.proceed();
  }

  private static boolean isJson(@Nullable MediaType type) {
    return type != null && type.getSubtype().endsWith("json");
  }

  /** The same tag stands for other bytes now (RFC 9110, 8.8.1). */
  private static Object weak(Object tag) {
    return tag.toString().startsWith("W/") ? tag : "W/" + tag;
  }

  private static byte[] gzip(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new Gzip(bytes)) {
      out.write(json.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
