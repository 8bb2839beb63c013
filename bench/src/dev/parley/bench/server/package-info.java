/** What is measured: servers and databases, each in processes of its own. */
@NullMarked
package dev.parley.bench.server;

import org.jspecify.annotations.NullMarked;
