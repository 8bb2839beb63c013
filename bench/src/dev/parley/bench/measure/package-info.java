/** What every scenario measures with: latencies, processor time, medians, tables. */
@NullMarked
package dev.parley.bench.measure;

import org.jspecify.annotations.NullMarked;
