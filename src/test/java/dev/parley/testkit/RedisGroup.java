package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/**
 * Several processes of Redis 7 that belong together: a cluster, or a master with a replica and a
 * Sentinel. Needs {@link RedisProcess#installed()}. Threads: any, one at a time.
 */
public final class RedisGroup implements AutoCloseable {
  private static final int SLOTS = 16384;

  private final List<RedisProcess> members = new ArrayList<>();
  private String url = "";

  private RedisGroup() {}

  /** Three masters without replicas, each with a third of the slots. */
  public static RedisGroup cluster() {
    RedisGroup group = new RedisGroup();
    try {
      for (int i = 0; i < 3; i++) {
        int busPort = FreePorts.next();
        group.add(
            "--save", "", "--cluster-enabled", "yes", "--cluster-port", String.valueOf(busPort));
        try (Jedis node = group.members.get(i).connect()) {
          node.clusterAddSlotsRange(SLOTS * i / 3, SLOTS * (i + 1) / 3 - 1);
          if (i > 0) {
            meet(group.members.get(0), group.members.get(i), busPort);
          }
        }
      }
      Await.until(
          "the cluster is formed", () -> group.members.stream().allMatch(RedisGroup::isFormed));
    } catch (RuntimeException | AssertionError e) {
      group.close();
      throw e;
    }
    group.url = group.url("redis-cluster://");
    return group;
  }

  private static void meet(RedisProcess one, RedisProcess other, int otherBusPort) {
    try (Jedis client = one.connect()) {
      client
          .getConnection()
          .sendCommand(
              Command.CLUSTER,
              "MEET",
              "127.0.0.1",
              String.valueOf(other.port()),
              String.valueOf(otherBusPort));
      client.getConnection().getStatusCodeReply();
    }
  }

  private static boolean isFormed(RedisProcess member) {
    try (Jedis client = member.connect()) {
      String info = client.clusterInfo();
      return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
    }
  }

  /** A master, a replica, and one Sentinel that calls a master dead after half a second. */
  public static RedisGroup sentinel() {
    RedisGroup group = new RedisGroup();
    try {
      group.add("--save", "");
      int master = group.members.get(0).port();
      group.add("--save", "", "--replicaof", "127.0.0.1 " + master);
      group.add(sentinelFile(master).toString(), "--sentinel");
      try (Jedis sentinel = group.members.get(2).connect()) {
        Await.until("the replica is known", () -> !sentinel.sentinelReplicas("main").isEmpty());
      }
    } catch (RuntimeException | AssertionError e) {
      group.close();
      throw e;
    }
    group.url = "redis-sentinel://127.0.0.1:" + group.members.get(2).port() + "/main";
    return group;
  }

  /** A Sentinel wants a file that it may write to. */
  private static Path sentinelFile(int master) {
    try {
      Path file = Files.createTempFile("sentinel-", ".conf");
      return Files.writeString(
          file,
          String.join(
              "\n",
              "sentinel monitor main 127.0.0.1 " + master + " 1",
              "sentinel down-after-milliseconds main 500",
              "sentinel failover-timeout main 2000",
              ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String... options) {
    members.add(RedisProcess.startInstalled(List.of(options)));
  }

  private String url(String scheme) {
    return members.stream()
        .map(member -> "127.0.0.1:" + member.port())
        .collect(Collectors.joining(",", scheme, ""));
  }

  /** The value of {@code parley.redis.url} for this group. */
  public String url() {
    return url;
  }

  /** One of them: masters first, then replicas, then Sentinels. */
  public RedisProcess member(int number) {
    return members.get(number);
  }

  /** Hands one empty slot of the cluster from its master to another. */
  public void moveSlot(int slot, int from, int to) {
    try (Jedis giver = members.get(from).connect();
        Jedis taker = members.get(to).connect()) {
      String giverId = giver.clusterMyId();
      String takerId = taker.clusterMyId();
      taker.clusterSetSlotImporting(slot, giverId);
      giver.clusterSetSlotMigrating(slot, takerId);
      taker.clusterSetSlotNode(slot, takerId);
      giver.clusterSetSlotNode(slot, takerId);
    }
  }

  @Override
  public void close() {
    members.forEach(RedisProcess::close);
  }
}
