package dev.parley.message;

import dev.parley.channel.ChannelPolicy;
import dev.parley.protocol.ChannelName;
import dev.parley.protocol.CommandRejected;
import dev.parley.protocol.ServerFrame.Receipt;
import dev.parley.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

/**
 * Notes how far the caller has received and read a channel. Watermarks are cumulative and never
 * move back; what was read was received. Any thread; never blocks.
 */
@ApplicationScoped
public class RecordReceipt {
  @Inject ChannelPolicy policy;
  @Inject ReceiptNamespaces namespaces;
  @Inject ReceiptWriter writer;

  /** Whether anything is noted for this channel. */
  public boolean appliesTo(ChannelName channel) {
    return namespaces.have(channel);
  }

  /**
   * Notes it.
   *
   * @param delivered everything up to it was received; 0 for nothing new
   * @param read everything up to it was seen; 0 for nothing new
   * @param awaited whether somebody waits for the stage
   * @return where the caller stands, once that is stored; its failure is {@link CommandRejected},
   *     {@code not_found}, {@code forbidden}, {@code bad_request} for an offset beyond the
   *     channel's end
   * @throws CommandRejected with {@code not_found} for an unknown namespace, {@code bad_request}
   *     for a channel without receipts
   */
  public CompletionStage<Receipt> handle(
      Caller caller, ChannelName name, long delivered, long read, boolean awaited) {
    if (!namespaces.have(name)) {
      throw CommandRejected.badRequest("channel: has no receipts");
    }
    return policy
        .rights(caller, name)
        .thenCompose(
            rights ->
                writer.note(
                    new Advance(
                        rights.requireSubscribe().channel(),
                        name,
                        caller.ref(),
                        delivered,
                        read,
                        awaited),
                    awaited))
        .thenApply(Advanced::forPerson);
  }
}
