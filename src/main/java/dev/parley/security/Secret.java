package dev.parley.security;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A random key that all nodes share. It is written once and never changed. */
@Entity
@Table(name = "secret")
class Secret {
  @Id
  @Column(length = 64)
  private String name;

  @Column(nullable = false, length = 64)
  private String content;

  protected Secret() {}

  Secret(String name, String content) {
    this.name = name;
    this.content = content;
  }

  String content() {
    return content;
  }
}
