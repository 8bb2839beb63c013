/** Measures Parley: {@code bench/run <scenario>}. */
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
