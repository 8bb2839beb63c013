/** A business application that publishes through Parley: orders that are completed. */
@NullMarked
package dev.parley.examples.orders;

import org.jspecify.annotations.NullMarked;
