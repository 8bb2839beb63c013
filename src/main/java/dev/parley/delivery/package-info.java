/** From the log to this node's subscribers: tail, fan-out, outbound queues, recovery. */
@NullMarked
package dev.parley.delivery;

import org.jspecify.annotations.NullMarked;
