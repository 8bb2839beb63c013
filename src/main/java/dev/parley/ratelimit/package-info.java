/** How often somebody may do something. */
@NullMarked
package dev.parley.ratelimit;

import org.jspecify.annotations.NullMarked;
