/** Operating a node: health and metrics. */
@NullMarked
package dev.parley.admin;

import org.jspecify.annotations.NullMarked;
