/** Runs beside the server, not inside the WAR: what only the command line needs. */
@NullMarked
package dev.parley.launcher;

import org.jspecify.annotations.NullMarked;
