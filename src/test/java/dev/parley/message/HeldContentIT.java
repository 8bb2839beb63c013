package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.protocol.UserRef;
import dev.parley.testkit.ParleyTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * What somebody under legal hold edits or takes back is kept until the hold ends. Seen to fail when
 * the sweep forgets what is still held, and when it is not asked whose channel it is.
 */
// The name is fixed.
@SuppressWarnings("BanJNDI")
@ParleyTest
class HeldContentIT {
  @Inject private MessageLog log;
  @Inject private LogHeads heads;
  @Inject private RetentionStore retention;
  @Inject private LegalHolds holds;
  @Inject private Ids ids;

  private static final UserId ANN = new UserId("ann");

  @Test
  void everyVersionOfAHeldPersonIsKeptAndNobodyElses() {
    OrgId org = new OrgId("held-" + ids.random(9));
    ChannelKey room = Appends.channel(org.value(), "room:held");
    MessageId before = publish(room, "ann", "before");
    change(room, "ann", Change.update(before, text("edited before"), null, true));
    holds.hold(org, ANN);
    change(room, "ann", Change.update(before, text("again"), null, true));
    MessageId gone = publish(room, "ann", "gone");
    change(room, "root", Change.deletion(gone, null, true));
    MessageId bobs = publish(room, "bob", "bob's");
    change(room, "bob", Change.deletion(bobs, null, true));
    assertThat(kept(room)).containsExactly("edited before", "gone");

    retention.forgetReleased();
    assertThat(kept(room)).hasSize(2);
    holds.release(org, ANN);
    retention.forgetReleased();
    assertThat(kept(room)).isEmpty();
  }

  @Test
  void ofATenantEverythingIsKeptAndOfAPersonsOwnChannelToo() {
    OrgId org = new OrgId("held-" + ids.random(9));
    ChannelKey anns = Appends.channel(org.value(), "user:ann");
    holds.hold(org, ANN);
    change(anns, "app", Change.deletion(publish(anns, "app", "to ann"), null, true));
    assertThat(kept(anns)).containsExactly("to ann");
    ChannelKey bobs = Appends.channel(org.value(), "user:bob");
    change(bobs, "app", Change.deletion(publish(bobs, "app", "to bob"), null, true));
    assertThat(kept(bobs)).isEmpty();
    holds.hold(org, null);
    change(bobs, "app", Change.deletion(publish(bobs, "app", "to bob later"), null, true));
    assertThat(kept(bobs)).containsExactly("to bob later");
    holds.release(org, ANN);
    holds.release(org, null);
  }

  private MessageId publish(ChannelKey channel, String user, String text) {
    Append append = Appends.of(channel, user, text, null);
    assertThat(log.append(List.of(append), () -> {}).get(0).published()).isNotNull();
    return append.id();
  }

  private void change(ChannelKey channel, String user, Change change) {
    MessageId id = new MessageId(ids.timeOrdered());
    Append append = Append.of(channel, new UserRef(user, null), change, id, null);
    assertThat(log.append(List.of(append), () -> {}).get(0).published()).isNotNull();
  }

  private static JsonText text(String text) {
    return new JsonText('"' + text + '"');
  }

  private List<String> kept(ChannelKey channel) {
    List<String> kept = new ArrayList<>();
    try (Connection connection = dataSource().getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "select data from held_content where channel_id = ? order by change_offset")) {
      query.setLong(1, heads.idOf(channel));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          kept.add(Appends.text(new JsonText(rows.getString(1))));
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return kept;
  }

  private static DataSource dataSource() {
    try {
      return InitialContext.doLookup("java:app/jdbc/parley");
    } catch (NamingException e) {
      throw new AssertionError(e);
    }
  }
}
