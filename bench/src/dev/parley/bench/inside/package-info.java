/**
 * What runs inside a Parley server that is measured without a transport. It is laid over a copy of
 * the WAR and never part of the product's.
 */
@NullMarked
package dev.parley.bench.inside;

import org.jspecify.annotations.NullMarked;
