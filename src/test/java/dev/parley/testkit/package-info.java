/**
 * What tests share: real servers, real databases, and the one deployment that all {@code *IT}
 * classes use. {@code docs/building.md} tells which kind of test belongs where.
 */
@NullMarked
package dev.parley.testkit;

import org.jspecify.annotations.NullMarked;
