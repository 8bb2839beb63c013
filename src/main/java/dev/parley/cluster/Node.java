package dev.parley.cluster;

import dev.parley.platform.Ids;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** This node's name. Any thread. */
@ApplicationScoped
public class Node {
  @Inject ClusterSettings settings;
  @Inject Ids ids;

  private String name = "";

  @PostConstruct
  void choose() {
    name = settings.node.isEmpty() ? "node-" + ids.random(4) : settings.node;
  }

  /** The configured name, or a random one that lasts as long as the process. */
  public String name() {
    return name;
  }
}
