/** Parley: real-time messaging for enterprises. */
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
