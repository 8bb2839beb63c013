package dev.parley.security;

import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.security.Revocation.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What is taken back, as this node knows it. Every credential is held against it, and so is
 * everything that is connected when something is added. Asking costs a few look-ups and never
 * blocks; what is asked is at most as old as {@code parley.security.revocation-check}, or as the
 * last answer of the database. Any thread, but {@link #learn} and {@link #forgetEnded} are for one.
 */
@ApplicationScoped
public class Revocations {
  /** What is known of one. */
  record Entry(@Nullable Instant issuedBefore, Instant endsAt) {}

  /** Most of one list. */
  public static final int MAX_LISTED = 1_000;

  /** Bounded as the table is. */
  private final ConcurrentMap<RevocationKey, Entry> known = new ConcurrentHashMap<>();

  private Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @Inject
  void use(Clock given) {
    clock = given;
  }

  /**
   * Lets the caller pass.
   *
   * @throws CommandRejected with {@code forbidden} when the user is blocked, and with {@code
   *     unauthorized} when the token was taken back
   */
  public void check(Caller caller) {
    if (known.isEmpty()) {
      return;
    }
    String user = caller.user().value();
    if (find(RevocationKey.of(Kind.USER, caller.org(), user)) != null) {
      throw CommandRejected.forbidden("this user is blocked");
    }
    if (isRevoked(caller, user)) {
      throw new CommandRejected(ErrorCode.UNAUTHORIZED, "token: has been revoked");
    }
  }

  /** Whether {@link #check} would not let the caller pass. */
  public boolean isRefused(Caller caller) {
    try {
      check(caller);
      return false;
    } catch (CommandRejected e) {
      return true;
    }
  }

  private boolean isRevoked(Caller caller, String user) {
    String id = caller.tokenId();
    if (!id.isEmpty()
        && find(RevocationKey.of(Kind.TOKEN, caller.org(), Revocation.tokenKey(id))) != null) {
      return true;
    }
    Entry older = find(RevocationKey.of(Kind.TOKENS, caller.org(), user));
    if (older == null || older.issuedBefore == null) {
      return false;
    }
    Instant issued = caller.issuedAt();
    return issued == null || !issued.isAfter(older.issuedBefore);
  }

  /** Whether nobody may call from there. */
  public boolean isBlocked(ClientAddress address) {
    return !known.isEmpty() && find(new RevocationKey(Kind.ADDRESS, "", address.value())) != null;
  }

  private @Nullable Entry find(RevocationKey key) {
    Entry entry = known.get(key);
    return entry == null || !entry.endsAt.isAfter(clock.instant()) ? null : entry;
  }

  /** What of this tenant, and of addresses, is refused now; the first {@link #MAX_LISTED}. */
  public List<Block> blocks(OrgId org) {
    Instant now = clock.instant();
    return known.entrySet().stream()
        .filter(one -> isListed(one.getKey(), org) && one.getValue().endsAt.isAfter(now))
        .limit(MAX_LISTED)
        .map(one -> block(one.getKey(), one.getValue()))
        .sorted(Comparator.comparing(Block::kind).thenComparing(Block::subject))
        .toList();
  }

  private static boolean isListed(RevocationKey key, OrgId org) {
    return key.kind() == Kind.ADDRESS
        || (key.kind() != Kind.DISCONNECT && key.org().equals(org.value()));
  }

  private static Block block(RevocationKey key, Entry entry) {
    return new Block(key.kind(), key.subject(), entry.issuedBefore, entry.endsAt);
  }

  /**
   * Takes in what the table says.
   *
   * @param anew whether these are all that there are, read by a node that knows none of them
   * @param upTo the version that was known before; negative when nothing was
   * @return what was added, for those who are connected
   */
  AccessRevoked learn(List<RevocationRow> rows, boolean anew, long upTo) {
    Instant now = clock.instant();
    Set<RevocationKey> disconnected = new HashSet<>();
    Set<RevocationKey> all = new HashSet<>();
    for (RevocationRow row : rows) {
      RevocationKey key = row.key();
      all.add(key);
      if (!row.endsAt().isAfter(now)) {
        known.remove(key);
        continue;
      }
      known.put(key, new Entry(row.issuedBefore(), row.endsAt()));
      if (key.kind() == Kind.DISCONNECT && row.version() > upTo && upTo >= 0) {
        disconnected.add(key);
      }
    }
    if (anew) {
      known.keySet().retainAll(all);
    }
    return new AccessRevoked(disconnected);
  }

  /** Forgets what counts no longer. */
  void forgetEnded() {
    Instant now = clock.instant();
    known.values().removeIf(entry -> !entry.endsAt.isAfter(now));
  }
}
