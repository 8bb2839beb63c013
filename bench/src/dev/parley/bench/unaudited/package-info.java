/**
 * Laid over a copy of the WAR by {@code lay=unaudited}: nobody observes what the audit trail is
 * told. Never part of the product.
 */
@NullMarked
package dev.parley.bench.unaudited;

import org.jspecify.annotations.NullMarked;
