package dev.parley.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The options of Payara Micro that every test server gets, and the documented run as well. */
public final class PayaraMicroOptions {
  /**
   * For the Java virtual machine of a test server, which ends before the optimizing compiler has
   * earned back what it costs.
   */
  public static final List<String> SHORT_LIVED =
      List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /**
   * For the Java virtual machine. The server's own services, started side by side, sometimes fail
   * with a ConcurrentModificationException; seen on Payara Micro 6.2025.10. And it looks through
   * all its libraries for a JSON provider whenever it reads a token, unless it is told which one.
   */
  public static final List<String> JVM =
      List.of(
          "-Dorg.glassfish.startupThreadPolicy=USE_NO_THREADS",
          "-Djakarta.json.provider=org.eclipse.parsson.JsonProviderImpl");

  private static final Path CONFIG = BuildOutput.project().resolve("server-config/payara-micro");

  /** Test servers are not to be seen from other machines. */
  private static final String LOOPBACK_ONLY =
      "set configs.config.server-config.network-config.network-listeners.network-listener"
          + ".http-listener.address=127.0.0.1\n";

  private PayaraMicroOptions() {}

  /**
   * The options of a server on one port of 127.0.0.1.
   *
   * <p>It is {@code --nohazelcast} alone, because {@code --nocluster} still opens port 6900, with
   * {@code --nohazelcast} beside it too.
   *
   * @param folder the folder of this server, for the file that some options name
   */
  public static List<String> listeningAt(int port, Path folder) throws IOException {
    Path preBoot = folder.resolve("pre-boot.txt");
    Files.writeString(preBoot, Files.readString(CONFIG.resolve("pre-boot.txt")));
    Files.writeString(preBoot, LOOPBACK_ONLY, StandardOpenOption.APPEND);
    return List.of(
        "--port",
        Integer.toString(port),
        "--nohazelcast",
        "--disablephonehome",
        "--prebootcommandfile",
        preBoot.toString());
  }

  /** The option for the quiet log of the documented run. */
  public static List<String> quietLog() {
    return List.of("--logproperties", CONFIG.resolve("logging.properties").toString());
  }
}
