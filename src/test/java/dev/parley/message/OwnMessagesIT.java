package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.Ids;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.Publish;
import dev.parley.protocol.EventName;
import dev.parley.protocol.JsonText;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.UserId;
import dev.parley.security.Caller;
import dev.parley.testkit.Await;
import dev.parley.testkit.ParleyTest;
import dev.parley.testkit.Tenant;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A program that publishes through the outbox has read what it wrote, as one that publishes over
 * HTTP: its unread count never subtracts more than a thousand rows. Seen to fail when what is
 * stored is not counted for its author.
 */
@ParleyTest
class OwnMessagesIT {
  @Inject private PublishTogether publish;
  @Inject private ReceiptReader receipts;
  @Inject private Ids ids;

  @Test
  void whatIsPublishedTogetherCountsAsWritten() {
    UserId app = new UserId("app-" + ids.random(9));
    OrgId org = new OrgId("own-messages");
    Caller caller = new Caller(app, app.value(), org, Set.of(Caller.PUBLISHER), Instant.MAX, "");
    ChannelName room = new ChannelName(Tenant.room());
    ChannelKey key = new ChannelKey(org, room);
    Publish one = new Publish(room, EventName.MESSAGE, new JsonText("1"), null, false);
    List<Publish> hundred = Collections.nCopies(100, one);
    for (int i = 0; i < OwnMessages.LIMIT / 100; i++) {
      assertThat(publish.handle(caller, hundred)).allMatch(outcome -> outcome.published() != null);
    }
    Await.until("they count as read", () -> receipts.ownBehind(key, app.value()) == 0);
    assertThat(receipts.unread(key, app.value()).count()).isZero();
    assertThat(receipts.unread(key, "somebody else").count()).isEqualTo(OwnMessages.LIMIT);
  }
}
