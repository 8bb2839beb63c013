package dev.parley.testkit;

/** A room that one test has created by the HTTP API. */
public record TestRoom(String id, Person owner) {
  private static final String ROOMS = "api/v1/rooms";

  /** A room of this owner. */
  public static TestRoom create(Person owner, String visibility) {
    String body = Json.object("name", "The room", "visibility", visibility).toString();
    return new TestRoom(owner.api().post(ROOMS, body).expect(201).json().get("id").asText(), owner);
  }

  public String channel() {
    return "room:" + id;
  }

  /** Its address below the server's. */
  public String path() {
    return ROOMS + "/" + id;
  }

  public String memberPath(Person member) {
    return path() + "/members/" + ServerUrl.encode(member.id());
  }

  /** The owner lets somebody in, or gives them another role. */
  public TestRoom with(Person member, String role) {
    put(owner, member, role).expect(200);
    return this;
  }

  /** Somebody tries to. */
  public Api.Answer put(Person by, Person member, String role) {
    String body = Json.object("role", role).toString();
    return by.api().call("PUT", memberPath(member), body);
  }

  /** Somebody puts somebody out, or leaves. */
  public Api.Answer remove(Person by, Person member) {
    return by.api().call("DELETE", memberPath(member), "");
  }

  public Api.Answer patch(Person by, Object... fields) {
    return by.api().call("PATCH", path(), Json.object(fields).toString());
  }
}
