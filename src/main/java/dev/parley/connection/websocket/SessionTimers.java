package dev.parley.connection.websocket;

import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.glassfish.tyrus.core.BaseContainer;
import org.jspecify.annotations.Nullable;

/**
 * Spares each connection a timer. Tyrus starts one for the idle time of every session, one of zero
 * too, whose task finds that there is nothing to do; Payara looks through all libraries for those
 * who want to pass on a context to it: a seventeenth of what a handshake costs (profiled on Payara
 * Micro 6.2025.10). What is due at once is done at once here, by the caller.
 */
final class SessionTimers {
  private static final System.Logger LOG = System.getLogger(SessionTimers.class.getName());
  private static final String EXECUTOR = "managedScheduledExecutorService";

  private SessionTimers() {}

  /**
   * @param container the application's own; another server's is left as it is
   */
  static void spare(@Nullable Object container) {
    try {
      if (container instanceof BaseContainer tyrus) {
        Field field = BaseContainer.class.getDeclaredField(EXECUTOR);
        field.setAccessible(true);
        if (field.get(tyrus) instanceof ScheduledExecutorService managed) {
          field.set(tyrus, atOnce(managed));
        }
      }
    } catch (LinkageError | ReflectiveOperationException | InaccessibleObjectException e) {
      LOG.log(Level.DEBUG, "Sessions start their timers: {0}", e.toString());
    }
  }

  /** The same executor, but that tasks without a delay run in the thread that schedules them. */
  static ScheduledExecutorService atOnce(ScheduledExecutorService managed) {
    ScheduledFuture<?> done = managed.schedule(() -> {}, 1, TimeUnit.DAYS);
    done.cancel(false);
    return (ScheduledExecutorService)
        Proxy.newProxyInstance(
            SessionTimers.class.getClassLoader(),
            new Class<?>[] {ScheduledExecutorService.class},
            (proxy, method, arguments) -> {
              if (isDue(method, arguments)) {
                ((Runnable) arguments[0]).run();
                return done;
              }
              try {
                return method.invoke(managed, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static boolean isDue(Method method, Object @Nullable [] arguments) {
    return arguments != null
        && method.getName().equals("schedule")
        && arguments[0] instanceof Runnable
        && arguments[1] instanceof Long delay
        && delay <= 0;
  }
}
