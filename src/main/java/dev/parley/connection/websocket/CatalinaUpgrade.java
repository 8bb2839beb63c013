package dev.parley.connection.websocket;

import jakarta.servlet.http.HttpUpgradeHandler;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades a request of Catalina as its own {@code Request.upgrade} does, with a handler that is
 * made here. The server builds what it could inject into a handler anew for each connection, and
 * there is nothing: a twentieth of what a handshake costs (profiled on Payara Micro 6.2025.10).
 */
final class CatalinaUpgrade {
  private static final System.Logger LOG = System.getLogger(CatalinaUpgrade.class.getName());

  private final MethodHandle setUpgrade;
  private final MethodHandle setHandler;
  private final MethodHandle suspend;

  /** For this server; null when its classes are others: then it makes the handlers itself. */
  static @Nullable CatalinaUpgrade find(Class<?> catalina, Class<?> grizzly) {
    try {
      return new CatalinaUpgrade(catalina, grizzly);
    } catch (LinkageError | ReflectiveOperationException | InaccessibleObjectException e) {
      LOG.log(Level.DEBUG, "The server makes the upgrade handlers: {0}", e.toString());
      return null;
    }
  }

  /**
   * @param catalina its request
   * @param grizzly the request that it stands for
   */
  private CatalinaUpgrade(Class<?> catalina, Class<?> grizzly) throws ReflectiveOperationException {
    setUpgrade = setter(catalina, "upgrade", boolean.class);
    setHandler = setter(catalina, "httpUpgradeHandler", HttpUpgradeHandler.class);
    Class<?> response = grizzly.getMethod("getResponse").getReturnType();
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    suspend =
        MethodHandles.filterReturnValue(
            lookup.findVirtual(grizzly, "getResponse", MethodType.methodType(response)),
            lookup.findVirtual(response, "suspend", MethodType.methodType(void.class)));
  }

  private static MethodHandle setter(Class<?> type, String name, Class<?> taken)
      throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    if (field.getType() != taken) {
      throw new NoSuchFieldException(name + " is a " + field.getType());
    }
    field.setAccessible(true);
    return MethodHandles.lookup().unreflectSetter(field);
  }

  /** Leaves the connection to the handler once the request has been answered. */
  void upgrade(Object catalina, Object grizzly, HttpUpgradeHandler handler) {
    try {
      setUpgrade.invoke(catalina, true);
      setHandler.invoke(catalina, handler);
      suspend.invoke(grizzly);
    } catch (Throwable e) {
      throw new IllegalStateException("the server's request cannot be upgraded", e);
    }
  }
}
