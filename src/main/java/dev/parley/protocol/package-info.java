/**
 * What travels on the wire: commands, replies, pushes, error and close codes, and the codecs that
 * read and write them. Plain Java: nothing here knows a server, a database or a thread.
 */
@NullMarked
package dev.parley.protocol;

import org.jspecify.annotations.NullMarked;
