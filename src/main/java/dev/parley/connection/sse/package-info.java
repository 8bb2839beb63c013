/** Connections over server-sent events. */
@NullMarked
package dev.parley.connection.sse;

import org.jspecify.annotations.NullMarked;
