package dev.parley.testkit;

import java.net.http.HttpClient;
import java.time.Duration;

/** The HTTP clients that the test clients share. */
public final class Http {
  private static final HttpClient SHARED = newClient();

  private Http() {}

  /** One client for all, with pooled connections. */
  public static HttpClient shared() {
    return SHARED;
  }

  static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }
}
