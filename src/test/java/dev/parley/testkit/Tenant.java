package dev.parley.testkit;

import java.util.List;

/** An organisation that only one test uses, with people who have names of their own. */
public final class Tenant {
  private final ServerUrl server;
  private final Tokens tokens;
  private final String org = Tokens.unique("org");

  public Tenant(ServerUrl server) {
    this.server = server;
    this.tokens = new Tokens(server);
  }

  public String org() {
    return org;
  }

  /** Somebody without a role. */
  public Person person(String name) {
    return somebody(name, List.of());
  }

  /** A business application. */
  public Person publisher(String name) {
    return somebody(name, List.of("publisher"));
  }

  /** The operator. */
  public Person admin(String name) {
    return somebody(name, List.of("admin"));
  }

  /** The same person with another token that ends soon. */
  public Person shortLived(String id, int seconds) {
    return new Person(server, id, org, tokens.shortLived(id, org, seconds));
  }

  /** Another token of the same person. */
  public String freshToken(Person person) {
    return tokens.of(person.id(), person.org());
  }

  /** A room that nobody has used. */
  public static String room() {
    return Tokens.unique("room:r");
  }

  private Person somebody(String name, List<String> roles) {
    String id = Tokens.unique(name);
    return new Person(server, id, org, tokens.with(id, org, roles));
  }
}
