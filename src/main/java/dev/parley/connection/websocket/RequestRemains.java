package dev.parley.connection.websocket;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import org.jspecify.annotations.Nullable;

/**
 * What Grizzly keeps of a request for as long as its connection is open. It gives a request's
 * objects back to a pool at the end, and a WebSocket's end may be days away: until then it holds
 * each header of question and answer as four kinds of chunks, and room for parameters that nobody
 * has sent, 11 KiB in all (measured on Payara Micro 6.2025.10 with the token in a header).
 *
 * <p>Nothing of it is asked for once the upgrade is answered, and the objects stay usable: they
 * grow again for the next request.
 */
final class RequestRemains {
  private static final System.Logger LOG = System.getLogger(RequestRemains.class.getName());
  private static final String HTTP = "org.glassfish.grizzly.http.";

  /** As many as Grizzly begins with. */
  private static final int HEADERS = 8;

  private static final char[] NO_CHARS = {};

  private final MethodHandle requestHeaders;
  private final MethodHandle responseHeaders;
  private final MethodHandle clear;
  private final MethodHandle setHeaders;
  private final MethodHandle parameters;
  private final MethodHandle name;
  private final MethodHandle value;
  private final MethodHandle setChars;
  private final Class<?> headerType;

  /** For this server; null when its classes are others: then it keeps what it keeps. */
  static @Nullable RequestRemains find(ClassLoader loader) {
    try {
      return new RequestRemains(loader);
    } catch (LinkageError | ReflectiveOperationException | InaccessibleObjectException e) {
      LOG.log(Level.DEBUG, "Requests are kept as they are: {0}", e.toString());
      return null;
    }
  }

  private RequestRemains(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> request = Class.forName(HTTP + "server.Request", false, loader);
    Class<?> headers = Class.forName(HTTP + "util.MimeHeaders", false, loader);
    Class<?> chunk = Class.forName(HTTP + "util.CharChunk", false, loader);
    Field array = field(headers, "headers");
    headerType = array.getType().getComponentType();
    setHeaders = MethodHandles.lookup().unreflectSetter(array);
    clear = call(headers, "clear", void.class);
    requestHeaders =
        MethodHandles.filterReturnValue(
            getter(request, "getRequest"), getter("HttpRequestPacket", loader));
    responseHeaders =
        MethodHandles.filterReturnValue(
            MethodHandles.filterReturnValue(
                getter(request, "getResponse"),
                getter(Class.forName(HTTP + "server.Response", false, loader), "getResponse")),
            getter("HttpResponsePacket", loader));
    Field found = field(request, "parameters");
    parameters = MethodHandles.lookup().unreflectGetter(found);
    name = MethodHandles.lookup().unreflectGetter(field(found.getType(), "tmpNameC"));
    value = MethodHandles.lookup().unreflectGetter(field(found.getType(), "tmpValueC"));
    setChars = call(chunk, "setChars", void.class, char[].class, int.class, int.class);
  }

  private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private static MethodHandle getter(String packet, ClassLoader loader)
      throws ReflectiveOperationException {
    return getter(Class.forName(HTTP + packet, false, loader), "getHeaders");
  }

  private static MethodHandle getter(Class<?> type, String name)
      throws ReflectiveOperationException {
    return call(type, name, type.getMethod(name).getReturnType());
  }

  private static MethodHandle call(Class<?> type, String name, Class<?> result, Class<?>... taken)
      throws ReflectiveOperationException {
    return MethodHandles.publicLookup()
        .findVirtual(type, name, MethodType.methodType(result, taken));
  }

  /**
   * Lets go of it. Only for the thread of the handshake, when the answer has left: the server may
   * give the objects to another request as soon as the connection is closed.
   *
   * @param request Grizzly's
   */
  void drop(Object request) {
    try {
      forget(requestHeaders.invoke(request));
      forget(responseHeaders.invoke(request));
      Object found = parameters.invoke(request);
      setChars.invoke(name.invoke(found), NO_CHARS, 0, 0);
      setChars.invoke(value.invoke(found), NO_CHARS, 0, 0);
    } catch (Throwable e) {
      // It only costs memory.
      LOG.log(Level.DEBUG, "A request was kept as it is", e);
    }
  }

  private void forget(Object headers) throws Throwable {
    clear.invoke(headers);
    setHeaders.invoke(headers, Array.newInstance(headerType, HEADERS));
  }
}
