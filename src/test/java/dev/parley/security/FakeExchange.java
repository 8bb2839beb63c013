package dev.parley.security;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One request and what was answered, as far as the filter looks at them. */
final class FakeExchange {
  String method = "GET";
  String path;
  String query;
  boolean secure;
  String remote = "192.0.2.2";
  final List<Cookie> cookies = new ArrayList<>();
  final Map<String, Object> attributes = new HashMap<>();
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  int status = 200;
  final Map<String, List<String>> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  FakeExchange(String path) {
    this.path = path;
    header("Host", "app.example");
  }

  static FakeExchange upgrade() {
    return new FakeExchange("/ws")
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw==");
  }

  FakeExchange header(String name, String value) {
    headers.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    return this;
  }

  FakeExchange query(String text) {
    query = text;
    return this;
  }

  String body() {
    return body.toString(StandardCharsets.UTF_8);
  }

  String answered(String name) {
    List<String> values = answered.get(name);
    return values == null ? null : values.get(0);
  }

  HttpServletRequest request() {
    return proxy(
        HttpServletRequest.class,
        (name, args) ->
            switch (name) {
              case "getMethod" -> method;
              case "getContextPath" -> "/parley";
              case "getRequestURI" -> "/parley" + path;
              case "getServletPath" -> path.startsWith("/api/v1") ? "/api/v1" : path;
              case "getQueryString" -> query;
              case "isSecure" -> secure;
              case "getHeader" -> first(headers.get((String) args[0]));
              case "getHeaders" ->
                  Collections.enumeration(headers.getOrDefault((String) args[0], List.of()));
              case "getCookies" -> cookies.isEmpty() ? null : cookies.toArray(Cookie[]::new);
              case "setAttribute" -> attributes.put((String) args[0], args[1]);
              case "getAttribute" -> attributes.get((String) args[0]);
              case "getLocalAddr" -> "192.0.2.1";
              case "getRemoteAddr" -> remote;
              default -> throw new UnsupportedOperationException(name);
            });
  }

  HttpServletResponse response() {
    return proxy(
        HttpServletResponse.class,
        (name, args) ->
            switch (name) {
              case "setStatus" -> {
                status = (int) args[0];
                yield null;
              }
              case "setHeader" ->
                  answered.put((String) args[0], new ArrayList<>(List.of((String) args[1])));
              case "addHeader" ->
                  answered
                      .computeIfAbsent((String) args[0], any -> new ArrayList<>())
                      .add((String) args[1]);
              case "containsHeader" -> answered.containsKey((String) args[0]);
              case "setContentType" -> answered.put("Content-Type", List.of((String) args[0]));
              case "setContentLength" -> null;
              case "getOutputStream" -> stream();
              default -> throw new UnsupportedOperationException(name);
            });
  }

  private ServletOutputStream stream() {
    return new ServletOutputStream() {
      @Override
      public void write(int b) {
        body.write(b);
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setWriteListener(WriteListener listener) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private static String first(List<String> values) {
    return values == null ? null : values.get(0);
  }

  private interface Answers {
    Object to(String method, Object[] args);
  }

  private static <T> T proxy(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> {
              Object answer = answers.to(method.getName(), args);
              return method.getReturnType() == void.class ? null : answer;
            }));
  }
}
