/** Who is here, on which devices, and who is typing. */
@NullMarked
package dev.parley.presence;

import org.jspecify.annotations.NullMarked;
