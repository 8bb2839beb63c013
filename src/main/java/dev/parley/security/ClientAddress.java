package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Where a caller calls from, as far as it can be held against somebody: an IPv4 address, or the
 * network of 64 bits of an IPv6 address, because whoever has one such address has all of them.
 * Never a name: nothing here asks the domain name system.
 */
public record ClientAddress(String value) {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** What stands where nothing is known. */
  public static final ClientAddress UNKNOWN = new ClientAddress("unknown");

  /**
   * The address in this text; a zone ({@code %eth0}) and brackets do not count.
   *
   * @throws CommandRejected with {@code bad_request} when it is none
   */
  public static ClientAddress of(String text) {
    byte[] bytes = bytes(text);
    if (bytes.length == 4) {
      return new ClientAddress(dotted(bytes));
    }
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < 8; i += 2) {
      network.append(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
      network.append(':');
    }
    return new ClientAddress(network + ":/64");
  }

  /** The address that the door has found for this request. */
  public static ClientAddress of(HttpServletRequest request) {
    Object found = request.getAttribute(ClientAddress.class.getName());
    return found instanceof ClientAddress address ? address : UNKNOWN;
  }

  /** The 4 or 16 bytes of an address; IPv4 inside IPv6 is IPv4. */
  @SuppressWarnings("AddressSelection") // It is a literal, so there is nothing to select.
  static byte[] bytes(String text) {
    String plain = text.trim();
    if (plain.startsWith("[") && plain.endsWith("]")) {
      plain = plain.substring(1, plain.length() - 1);
    }
    int zone = plain.indexOf('%');
    plain = zone < 0 ? plain : plain.substring(0, zone);
    if (plain.endsWith("::/64")) {
      // As it is written here.
      plain = plain.substring(0, plain.length() - 3);
    }
    if (!V4.matcher(plain).matches() && !V6.matcher(plain).matches()) {
      throw none();
    }
    try {
      // Of a literal, which this is, no name is looked up.
      InetAddress address =
          InetAddress.getByName(plain.indexOf(':') < 0 ? checked(plain) : "[" + plain + "]");
      return address.getAddress();
    } catch (UnknownHostException e) {
      throw none();
    }
  }

  /** Java takes 300.1.1.1 for a name and asks for it. */
  private static String checked(String v4) {
    for (String part : v4.split("\\.", -1)) {
      if (Integer.parseInt(part) > 255) {
        throw none();
      }
    }
    return v4;
  }

  private static String dotted(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static CommandRejected none() {
    return CommandRejected.badRequest("address: must be an IPv4 or IPv6 address");
  }

  @Override
  public String toString() {
    return value;
  }
}
