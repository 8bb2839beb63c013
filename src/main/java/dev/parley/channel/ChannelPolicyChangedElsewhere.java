package dev.parley.channel;

/**
 * Another node has said {@link ChannelPolicyChanged}, or may have while the bus was down. Fired as
 * a CDI event before the open subscriptions on this node are decided anew: a bean that keeps in its
 * memory what it decides by observes it and reads that again. It may block for as long as that
 * takes. It does not fire {@link ChannelPolicyChanged} for it, which would come back to the other
 * node.
 *
 * @param change what was said there
 */
public record ChannelPolicyChangedElsewhere(ChannelPolicyChanged change) {}
