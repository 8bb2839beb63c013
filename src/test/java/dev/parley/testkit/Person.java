package dev.parley.testkit;

/** Somebody with a token, and every way to connect. Any thread. */
public record Person(ServerUrl server, String id, String org, String token) {
  public Api api() {
    return new Api(server, token);
  }

  /** The same person at another node. */
  public Person at(ServerUrl other) {
    return new Person(other, id, org, token);
  }

  /** A connected WebSocket. */
  public WsClient connect() {
    return WsClient.connect(server, token);
  }

  /** A WebSocket that is not yet open, with this person's bearer header. */
  public WsHandshake ws() {
    return WsClient.to(server).bearer(token);
  }

  /** A stream that is not yet open. */
  public SseRequest sse(String... channels) {
    return SseClient.to(server).bearer(token).channels(channels);
  }

  public PollClient poll(String... channels) {
    return new PollClient(server, token, channels);
  }

  /** The channel that only this person reads. */
  public String userChannel() {
    return "user:" + id;
  }

  /** The channel that everyone in the tenant reads. */
  public String orgChannel() {
    return "org:" + org;
  }
}
