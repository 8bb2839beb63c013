/** What makes the load: clients that speak to a server, or to a database without a server. */
@NullMarked
package dev.parley.bench.load;

import org.jspecify.annotations.NullMarked;
