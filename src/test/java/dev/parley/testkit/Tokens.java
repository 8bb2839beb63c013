package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Tokens from the server's development issuer. Any thread. */
public final class Tokens {
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

  private final Api anonymous;

  public Tokens(ServerUrl server) {
    this.anonymous = new Api(server, "");
  }

  /** A name that no other test has used: tests share a server and must not meet. */
  public static String unique(String prefix) {
    return prefix + "-" + RUN + "-" + COUNTER.incrementAndGet();
  }

  /** A token of an ordinary user in the organisation. */
  public String of(String user, String org) {
    return with(user, org, List.of());
  }

  /** A token of a business application in the organisation. */
  public String publisher(String user, String org) {
    return with(user, org, List.of("publisher"));
  }

  /** A token with roles. */
  public String with(String user, String org, List<String> roles) {
    return issue(Json.object("user", user, "org", org, "roles", roles));
  }

  /** A token that ends soon. */
  public String shortLived(String user, String org, int seconds) {
    return issue(Json.object("user", user, "org", org, "expiresIn", seconds));
  }

  private String issue(ObjectNode body) {
    JsonNode answer = anonymous.post("api/v1/dev/token", body.toString()).expect(200).json();
    return answer.get("token").asText();
  }
}
