/** How nodes hear each other. */
@NullMarked
package dev.parley.cluster;

import org.jspecify.annotations.NullMarked;
