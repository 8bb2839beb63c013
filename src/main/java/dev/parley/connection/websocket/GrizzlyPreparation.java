package dev.parley.connection.websocket;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.ssl.SSLUtils;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * Raw sockets on servers whose servlet container is Catalina on Grizzly and whose WebSocket code is
 * Tyrus: Payara and GlassFish. Seen on Payara Micro 6.2025.10.
 */
final class GrizzlyPreparation implements RawSockets.Preparation {
  private static final String CATALINA = "org.apache.catalina.connector.";

  private final Class<?> facade;
  private final MethodHandle catalinaRequest;
  private final MethodHandle request;
  private final MethodHandle connection;
  private final @Nullable CatalinaUpgrade upgrade;
  private final @Nullable Compression compression;
  private final @Nullable RequestRemains remains;

  /**
   * @param compression what is offered to clients that can do with it; null for none
   * @throws ReflectiveOperationException if the server is another one, or another version
   */
  GrizzlyPreparation(@Nullable Compression compression) throws ReflectiveOperationException {
    this.compression = compression;
    ClassLoader loader = TyrusHttpUpgradeHandler.class.getClassLoader();
    facade = Class.forName(CATALINA + "RequestFacade", false, loader);
    Class<?> catalina = Class.forName(CATALINA + "Request", false, loader);
    Class<?> grizzly = Class.forName("org.glassfish.grizzly.http.server.Request", false, loader);
    MethodHandle context = getter(grizzly, "getContext");
    MethodHandle ofContext = getter(context.type().returnType(), "getConnection");
    catalinaRequest = getter(facade, "getUnwrappedCoyoteRequest");
    request =
        MethodHandles.filterReturnValue(catalinaRequest, getter(catalina, "getCoyoteRequest"));
    connection =
        MethodHandles.filterReturnValue(
            MethodHandles.filterReturnValue(request, context), ofContext);
    remains = RequestRemains.find(loader);
    upgrade = CatalinaUpgrade.find(catalina, grizzly);
  }

  private static MethodHandle getter(Class<?> type, String name)
      throws ReflectiveOperationException {
    return MethodHandles.publicLookup()
        .findVirtual(type, name, MethodType.methodType(type.getMethod(name).getReturnType()));
  }

  @Override
  public boolean isPossible(HttpServletRequest request) {
    return connection(request) != null;
  }

  @Override
  public HttpServletRequest prepare(HttpServletRequest request, HttpServletResponse response) {
    TCPNIOConnection found = connection(request);
    return found == null ? request : new Prepared(request, response, found, this);
  }

  /** Called by the thread of the handshake when its answer has left. */
  private void answered(HttpServletRequest upgraded) {
    if (remains == null) {
      return;
    }
    try {
      remains.drop(request.invoke(inner(upgraded)));
    } catch (Throwable e) {
      throw new IllegalStateException("the server's request cannot be reached", e);
    }
  }

  /** What the container does with the connection from now on. */
  private GrizzlySocket upgrade(HttpServletRequest prepared) throws IOException, ServletException {
    if (upgrade == null) {
      return prepared.upgrade(GrizzlySocket.class);
    }
    GrizzlySocket socket = new GrizzlySocket();
    ServletRequest inner = inner(prepared);
    try {
      upgrade.upgrade(catalinaRequest.invoke(inner), request.invoke(inner), socket);
      return socket;
    } catch (Throwable e) {
      throw new IllegalStateException("the server's request cannot be reached", e);
    }
  }

  private static ServletRequest inner(HttpServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    return inner;
  }

  private @Nullable TCPNIOConnection connection(HttpServletRequest request) {
    ServletRequest inner = inner(request);
    if (!facade.isInstance(inner)) {
      return null;
    }
    try {
      // With TLS, what is written has to pass the server's filters.
      return connection.invoke(inner) instanceof TCPNIOConnection found
              && SSLUtils.getSSLEngine(found) == null
          ? found
          : null;
    } catch (Throwable e) {
      throw new IllegalStateException("the server's connection cannot be reached", e);
    }
  }

  /** Lets the container make our upgrade handler where Tyrus asks for its own. */
  private static final class Prepared extends HttpServletRequestWrapper {
    private final HttpServletResponse response;
    private final TCPNIOConnection connection;
    private final GrizzlyPreparation preparation;

    Prepared(
        HttpServletRequest request,
        HttpServletResponse response,
        TCPNIOConnection connection,
        GrizzlyPreparation preparation) {
      super(request);
      this.response = response;
      this.connection = connection;
      this.preparation = preparation;
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> type)
        throws IOException, ServletException {
      if (type != TyrusHttpUpgradeHandler.class) {
        return super.upgrade(type);
      }
      GrizzlySocket socket = preparation.upgrade((HttpServletRequest) getRequest());
      Compression compression = preparation.compression;
      String accepted =
          compression == null ? null : DeflateOffers.accept(getHeaders(DeflateOffers.HEADER));
      if (accepted != null) {
        // Tyrus knows of no extension, and adds its own headers to those that are there.
        response.setHeader(DeflateOffers.HEADER, accepted);
      }
      socket.attach(
          connection, accepted == null ? null : compression, () -> preparation.answered(this));
      return type.cast(socket);
    }
  }
}
