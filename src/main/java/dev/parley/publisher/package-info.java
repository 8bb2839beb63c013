/**
 * What a business application puts into its own WAR or EAR to publish through Parley: inject {@link
 * dev.parley.publisher.Publisher} or {@link dev.parley.publisher.Notifier}, or fire a {@link
 * dev.parley.publisher.PublishRequest} or {@link dev.parley.publisher.NotifyRequest}. Needs Jakarta
 * EE 10 and nothing else.
 */
@NullMarked
package dev.parley.publisher;

import org.jspecify.annotations.NullMarked;
