/** Short and long polling. */
@NullMarked
package dev.parley.connection.polling;

import org.jspecify.annotations.NullMarked;
