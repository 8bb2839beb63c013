/** Takes what business applications have recorded in their own databases into the log. */
@NullMarked
package dev.parley.outbox;

import org.jspecify.annotations.NullMarked;
