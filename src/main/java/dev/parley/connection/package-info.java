/** The life of a connection, whatever its transport. */
@NullMarked
package dev.parley.connection;

import org.jspecify.annotations.NullMarked;
