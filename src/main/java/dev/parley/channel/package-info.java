/** What a channel is: namespaces and who may do what in them. */
@NullMarked
package dev.parley.channel;

import org.jspecify.annotations.NullMarked;
