package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * From a request to the address of its client. {@code X-Forwarded-For} counts only as far as the
 * proxies named in {@code parley.security.trusted-proxies} have written it: it is read from its
 * end, and the first address that is none of theirs is the client. Anybody else could write
 * whatever they like into it. Any thread.
 */
@ApplicationScoped
class ClientAddresses {
  /** More hops than any chain of proxies has. */
  private static final int MAX_HOPS = 32;

  @Inject SecuritySettings settings;

  private List<Network> trusted = List.of();

  /** A network: all addresses that begin with these bits. */
  private static final class Network {
    private final byte[] bytes;
    private final int bits;

    private Network(byte[] bytes, int bits) {
      this.bytes = bytes;
      this.bits = bits;
    }

    static Network of(String text) {
      int slash = text.indexOf('/');
      byte[] bytes = ClientAddress.bytes(slash < 0 ? text : text.substring(0, slash));
      int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > bytes.length * 8) {
        throw new IllegalArgumentException("too many bits");
      }
      return new Network(bytes, bits);
    }

    boolean has(byte[] address) {
      if (address.length != bytes.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (bytes[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  @PostConstruct
  void read() {
    trusted = networks(settings.trustedProxies);
  }

  /** Being called is enough: the settings are read. */
  void check() {}

  /**
   * @throws IllegalArgumentException when one of them is no network; the message names it
   */
  private static List<Network> networks(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      try {
        networks.add(Network.of(text));
      } catch (CommandRejected | IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "parley.security.trusted-proxies must list addresses such as 10.0.0.5 or 10.0.0.0/8,"
                + " but has '"
                + text
                + "'",
            e);
      }
    }
    return List.copyOf(networks);
  }

  /** Where the request comes from. */
  ClientAddress of(HttpServletRequest request) {
    String peer = request.getRemoteAddr();
    if (peer == null) {
      return ClientAddress.UNKNOWN;
    }
    String client = peer;
    List<String> hops = isTrusted(peer) ? hops(request) : List.of();
    for (int i = hops.size() - 1; i >= 0 && i >= hops.size() - MAX_HOPS; i--) {
      if (!isAddress(hops.get(i))) {
        break;
      }
      client = hops.get(i);
      if (!isTrusted(client)) {
        break;
      }
    }
    return isAddress(client) ? ClientAddress.of(client) : ClientAddress.UNKNOWN;
  }

  private static List<String> hops(HttpServletRequest request) {
    List<String> hops = new ArrayList<>();
    for (String header : Collections.list(request.getHeaders("X-Forwarded-For"))) {
      hops.addAll(SecuritySettings.list(header));
    }
    return hops;
  }

  private boolean isTrusted(String text) {
    if (trusted.isEmpty() || !isAddress(text)) {
      return false;
    }
    byte[] address = ClientAddress.bytes(text);
    return trusted.stream().anyMatch(network -> network.has(address));
  }

  private static boolean isAddress(String text) {
    try {
      return ClientAddress.bytes(text).length > 0;
    } catch (CommandRejected e) {
      return false;
    }
  }
}
