/** One server and one deployment for all integration tests. Not part of that deployment. */
@NullMarked
package dev.parley.testkit.arquillian;

import org.jspecify.annotations.NullMarked;
