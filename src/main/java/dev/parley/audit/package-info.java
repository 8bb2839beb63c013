/**
 * What happened that matters for security: written down once, chained, and checked from outside.
 */
@NullMarked
package dev.parley.audit;

import org.jspecify.annotations.NullMarked;
