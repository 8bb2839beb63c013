package dev.parley.message;

import dev.parley.channel.DirectPair;
import dev.parley.protocol.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * One of the two people of a direct conversation, so that it can be found by its people: its name
 * may hold their ids as a hash only. Written with the first message.
 */
@Entity
@Table(name = "direct_member")
@Immutable
class DirectMember {
  /** Who in which conversation. */
  @Embeddable
  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    private String org = "";

    @Column(name = "user_id")
    private String userId = "";

    @Column(name = "channel_id")
    private long channelId;

    protected Key() {}

    Key(String org, String userId, long channelId) {
      this.org = org;
      this.userId = userId;
      this.channelId = channelId;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.channelId == channelId
          && key.org.equals(org)
          && key.userId.equals(userId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(org, userId, channelId);
    }
  }

  @EmbeddedId private Key key = new Key();

  @Column(name = "peer_id", nullable = false)
  private String peerId = "";

  protected DirectMember() {}

  private DirectMember(Key key, String peerId) {
    this.key = key;
    this.peerId = peerId;
  }

  /** Both, or the one who writes to themselves; as the author of the first message names them. */
  static List<DirectMember> of(long channelId, Append first) {
    DirectPair pair =
        DirectPair.of(
            first.channel().org(), new UserId(first.author().id()), first.publish().channel());
    return Stream.of(pair.one(), pair.other())
        .distinct()
        .map(
            user ->
                new DirectMember(
                    new Key(pair.org().value(), user.value(), channelId),
                    pair.peerOf(user).value()))
        .toList();
  }
}
