/** The log: publish, history, idempotency, retention. */
@NullMarked
package dev.parley.message;

import org.jspecify.annotations.NullMarked;
