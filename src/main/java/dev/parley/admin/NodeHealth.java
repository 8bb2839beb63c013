package dev.parley.admin;

import jakarta.enterprise.context.ApplicationScoped;

/** Says whether this node has started. A placeholder until the real checks exist. */
@ApplicationScoped
public class NodeHealth {

  public boolean isStarted() {
    return true;
  }
}
