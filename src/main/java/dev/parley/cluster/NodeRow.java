package dev.parley.cluster;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** One node's registration. */
@Entity
@Table(name = "node")
class NodeRow {
  @Id
  @Column(name = "node_id", length = 43)
  private String id = "";

  @Column(nullable = false)
  private String name = "";

  @Column(nullable = false, length = 64)
  private String version = "";

  @Column(name = "started_at", nullable = false)
  private Instant startedAt = Instant.EPOCH;

  @Column(name = "lease_until", nullable = false)
  private Instant leaseUntil = Instant.EPOCH;

  @Column(nullable = false)
  private int connections;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  @Column(nullable = false, length = 16)
  private NodeState state = NodeState.SERVING;

  protected NodeRow() {}

  NodeRow(NodeInfo info) {
    id = info.id();
    name = info.name();
    version = info.version();
    startedAt = info.startedAt();
    leaseUntil = info.leaseUntil();
    connections = info.connections();
    state = info.state();
  }

  NodeInfo info() {
    return new NodeInfo(id, name, version, startedAt, leaseUntil, connections, state);
  }
}
