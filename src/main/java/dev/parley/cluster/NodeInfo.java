package dev.parley.cluster;

import java.time.Instant;

/**
 * A node as the registry knows it.
 *
 * @param id another one with each registration
 * @param name the configured name
 * @param version the release that it runs
 * @param startedAt when it registered, by the database's clock
 * @param leaseUntil until when it counts as alive, by the database's clock
 * @param connections how many it held when it last renewed its lease
 * @param state whether it takes clients
 */
public record NodeInfo(
    String id,
    String name,
    String version,
    Instant startedAt,
    Instant leaseUntil,
    int connections,
    NodeState state) {}
