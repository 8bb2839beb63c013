package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.channel.Rights;
import dev.parley.message.Cursors.Entry;
import dev.parley.message.HistoryReader.Page;
import dev.parley.message.LogReader.Head;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.Command.History;
import dev.parley.protocol.Command.HistoryBound;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.MessageId;
import dev.parley.protocol.ServerFrame.HistoryPage;
import dev.parley.protocol.ServerFrame.MessagePush;
import dev.parley.protocol.StreamPosition;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of a channel's history: its messages in their present form, newest first, or, behind
 * {@code after}, all its entries, oldest first. A channel that stores nothing has an empty one.
 * Blocks on the database.
 */
@ApplicationScoped
public class ReadHistory {
  @Inject ChannelPolicy policy;
  @Inject LogReader log;
  @Inject HistoryReader reader;
  @Inject Cursors cursors;

  /**
   * One page, with the cursor of the next if there may be more.
   *
   * @throws CommandRejected with {@code not_found}, {@code forbidden}, {@code bad_request} for a
   *     bad cursor, {@code conflict} for one of a log that was replaced since
   */
  public HistoryPage handle(Caller caller, History query) {
    Rights rights = policy.rightsNow(caller, query.channel()).requireHistory();
    ChannelKey channel = rights.channel();
    if (!rights.durable()) {
      return new HistoryPage(query.channel(), List.of(), null);
    }
    Head head = log.head(channel);
    HistoryBound after = query.after();
    Page page =
        after == null
            ? reader.before(
                channel, before(caller, head, query.before()), query.limit(), me(caller))
            : reader.after(
                channel, offset(caller, head, after, "after"), query.limit(), me(caller));
    Long next = page.next();
    return new HistoryPage(
        query.channel(),
        page.messages().stream().map(push -> push.in(query.channel())).toList(),
        next == null ? null : cursor(caller, head, next));
  }

  /**
   * One message in its present form.
   *
   * @throws CommandRejected with {@code not_found}, {@code forbidden}
   */
  public MessagePush one(Caller caller, ChannelName name, MessageId id) {
    Rights rights = policy.rightsNow(caller, name).requireHistory();
    if (!rights.durable()) {
      throw CommandRejected.notFound("messageId: the channel has no such message");
    }
    return reader.one(rights.channel(), id, me(caller)).in(name);
  }

  private static String me(Caller caller) {
    return caller.user().value();
  }

  private long before(Caller caller, Head head, @Nullable HistoryBound bound) {
    return bound == null ? Long.MAX_VALUE : offset(caller, head, bound, "before");
  }

  private long offset(Caller caller, Head head, HistoryBound bound, String field) {
    if (bound.cursor() == null) {
      return bound.offset();
    }
    Entry entry = cursors.read(caller, bound.cursor(), field).get(head.channelId());
    if (entry == null) {
      throw CommandRejected.badRequest(field + ": is a cursor of another channel");
    }
    StreamPosition position = entry.in(head.position().epoch());
    if (position == null) {
      throw new CommandRejected(
          ErrorCode.CONFLICT, field + ": the history was replaced since; begin without a cursor");
    }
    return position.offset();
  }

  private String cursor(Caller caller, Head head, long offset) {
    return cursors.writer(caller).write(Map.of(head.channelId(), head.position().at(offset)));
  }
}
