/**
 * What touches the server underneath: settings, data source, migrations, threads, clock and ids.
 */
@NullMarked
package dev.parley.platform;

import org.jspecify.annotations.NullMarked;
